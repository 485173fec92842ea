// Why what an entry tells of was allowed: by its own words, by the decision of the same step, or by what the person set up.

import type { ReactNode } from 'react';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { useT } from '../../strings/index.ts';
import { DoneBy, WhyFacts, whyFor, whyIn, whysOf } from '../why/index.ts';
import { setUpCase } from './detail-words.ts';

const titles = { allowed: 'why', asked: 'whyAsked', denied: 'whyDenied' } as const;

export function EntryWhy({ entry, siblings }: { entry: AuditEntry; siblings: readonly AuditEntry[] }): ReactNode {
  const t = useT('security');
  const whys = whysOf(siblings);
  const own = whyIn(entry);
  const setUp = setUpCase(entry);
  const why = whys.find((each) => each.entry === own?.entry) ?? own ?? (setUp === undefined ? whyFor(entry, whys) : undefined);
  const isByHand = entry.kind === 'process' && entry.actor.kind === 'person';
  const byItself = entry.kind === 'change' || entry.kind === 'undo' || isByHand;
  if (why === undefined && setUp === undefined && !byItself) return null;
  const title = t(titles[why?.answer === undefined ? (why?.outcome ?? 'allowed') : why.answer.isAllowed ? 'allowed' : 'denied']);
  return (
    <section aria-label={title} className="border-line border-t pt-4">
      <h3 className="m-0 mb-2 font-medium text-ink-3 text-xs">{title}</h3>
      {why !== undefined ? (
        <WhyFacts
          why={why}
          {...(entry.run === undefined || entry.step === undefined ? {} : { run: entry.run, step: entry.step })}
          isOneOfMany={false}
          hasWho={why.actor.kind !== entry.actor.kind || why.actor.id !== entry.actor.id || why.actor.name !== entry.actor.name}
          className="grid-cols-[88px_minmax(0,1fr)] gap-y-1.5 text-base"
        />
      ) : setUp === undefined ? (
        <DoneBy actor={entry.actor} />
      ) : (
        <p className="m-0 text-ink-2 text-sm">{t(`setUp.${setUp}`)}</p>
      )}
    </section>
  );
}
