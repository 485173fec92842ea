// Why what an entry tells of was allowed: by its own words, by the decision of the same step, or by what the person set up.

import type { ReactNode } from 'react';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { useT } from '../../strings/index.ts';
import { DoneBy, WhyFacts, whyFor, whyIn, whysOf } from '../why/index.ts';
import { setUpCase } from './detail-words.ts';

export function EntryWhy({ entry, siblings }: { entry: AuditEntry; siblings: readonly AuditEntry[] }): ReactNode {
  const t = useT('security');
  const whys = whysOf(siblings);
  const own = whyIn(entry);
  const setUp = setUpCase(entry);
  const why = whys.find((each) => each.entry === own?.entry) ?? own ?? (setUp === undefined ? whyFor(entry, whys) : undefined);
  const byItself = entry.kind === 'change' || entry.kind === 'undo';
  if (why === undefined && setUp === undefined && !byItself) return null;
  return (
    <section aria-label={t('why')} className="border-line border-t pt-4">
      <h3 className="m-0 mb-2 font-medium text-ink-3 text-xs">{t('why')}</h3>
      {why !== undefined ? (
        <WhyFacts
          why={why}
          {...(entry.run === undefined || entry.step === undefined ? {} : { run: entry.run, step: entry.step })}
          isOneOfMany={false}
        />
      ) : setUp === undefined ? (
        <DoneBy actor={entry.actor} />
      ) : (
        <p className="m-0 text-ink-2 text-sm">{t(`setUp.${setUp}`)}</p>
      )}
    </section>
  );
}
