// Why what an entry tells of was allowed: by its own words, or by the decision of the same step.

import type { ReactNode } from 'react';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { useT } from '../../strings/index.ts';
import { DoneBy, WhyFacts, whyFor, whyIn, whysOf } from '../why/index.ts';

export function EntryWhy({ entry, siblings }: { entry: AuditEntry; siblings: readonly AuditEntry[] }): ReactNode {
  const t = useT('security');
  const whys = whysOf(siblings);
  const own = whyIn(entry);
  const why = whys.find((each) => each.entry === own?.entry) ?? own ?? whyFor(entry, whys);
  const byItself = entry.kind === 'change' || entry.kind === 'undo';
  if (why === undefined && !byItself) return null;
  return (
    <section aria-label={t('why')} className="border-line border-t pt-4">
      <h3 className="m-0 mb-2 font-medium text-ink-3 text-xs">{t('why')}</h3>
      {why === undefined ? (
        <DoneBy actor={entry.actor} />
      ) : (
        <WhyFacts
          why={why}
          {...(entry.run === undefined || entry.step === undefined ? {} : { run: entry.run, step: entry.step })}
          isOneOfMany={false}
        />
      )}
    </section>
  );
}
