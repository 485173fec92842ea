// One entry: who, what, why it was allowed or not, where it belongs, what else the same step did, and how it is taken back.

import { useMemo } from 'react';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { client, useCall } from '../../api/index.ts';
import { useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, Icon, IconButton } from '../../ui/index.ts';
import { useStepNames } from '../history/index.ts';
import { whyIn } from '../why/index.ts';
import { Belonging, Details } from './entry-facts.tsx';
import { EntryUndo } from './entry-undo.tsx';
import { EntryWhy } from './entry-why.tsx';
import { kindIcons, outcomeTones, whatOf } from './log-model.ts';

interface Props {
  entry: AuditEntry;
  onClose(): void;
  onRun(run: string): void;
  onChoose(entry: AuditEntry): void;
}

const mostSiblings = 200;
const none: readonly AuditEntry[] = [];

/** What the log has of the same step, oldest first; of what belongs to no step, nothing. */
function useSiblings({ run, step, seq }: AuditEntry): readonly AuditEntry[] {
  const found = useCall(
    (signal) =>
      run === undefined || step === undefined ? Promise.resolve(none) : client.audit.list({ run, step, limit: mostSiblings }, { signal }),
    [run, step, seq],
  );
  return useMemo(() => found.data?.toReversed() ?? none, [found.data]);
}

export function EntryDetail({ entry, onClose, onRun, onChoose }: Props) {
  const t = useT('security');
  const short = useWithTilde();
  const about = useMemo(() => [entry], [entry]);
  const names = useStepNames(entry.run, about);
  const siblings = useSiblings(entry);
  return (
    <div className="flex min-h-full flex-col">
      <header className="flex h-11 shrink-0 items-center gap-2 border-line border-b px-4">
        <Icon name={kindIcons[entry.kind]} size={15} className="shrink-0 text-ink-3" />
        <h2 className="min-w-0 flex-1 truncate font-semibold text-base text-ink">{t(`kind.${entry.kind}`)}</h2>
        <span className="tabular text-ink-3 text-sm">{t('entry', { seq: entry.seq })}</span>
        <IconButton icon="x" label={t('close')} onClick={onClose} />
      </header>
      <div className="flex flex-col gap-4 p-4">
        <div className="flex flex-col gap-2">
          <div>
            <Badge tone={outcomeTones[entry.outcome]}>{t(`outcome.${entry.outcome}`)}</Badge>
          </div>
          <code className="font-mono text-ink text-sm [overflow-wrap:anywhere]" title={entry.what}>
            {short(whatOf(entry))}
          </code>
          {/* Of a decision, the reason is why it was allowed: said once, below. */}
          {whyIn(entry)?.reason === entry.reason ? null : (
            <p className="m-0 text-base text-ink-2 [overflow-wrap:anywhere]">{short(entry.reason)}</p>
          )}
        </div>
        <EntryUndo entry={entry} siblings={siblings} />
        <EntryWhy entry={entry} siblings={siblings} />
        <Belonging entry={entry} names={names} />
        <Siblings entry={entry} siblings={siblings} onChoose={onChoose} />
        <Details entry={entry} />
        {entry.run === undefined ? null : (
          <div>
            <Button icon="filter" onClick={() => onRun(entry.run ?? '')}>
              {t('allOfRun')}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

/** The other entries of the step: the decision, the answer, the call, what it sent and what it changed. */
function Siblings({
  entry,
  siblings,
  onChoose,
}: {
  entry: AuditEntry;
  siblings: readonly AuditEntry[];
  onChoose(entry: AuditEntry): void;
}) {
  const t = useT('security');
  const short = useWithTilde();
  if (siblings.length < 2) return null;
  return (
    <section className="border-line border-t pt-4">
      <h3 className="m-0 mb-1 font-medium text-ink-3 text-xs">{t('sameStep')}</h3>
      <ul className="m-0 list-none p-0">
        {siblings.map((each) => (
          <li key={each.seq}>
            <button
              type="button"
              aria-current={each.seq === entry.seq || undefined}
              onClick={() => onChoose(each)}
              className="-mx-2 flex min-h-7 w-[calc(100%+16px)] items-center gap-2 rounded-sm px-2 text-left text-sm hover:bg-sunken aria-[current]:bg-accent-soft"
            >
              <Icon name={kindIcons[each.kind]} size={14} className="shrink-0 text-ink-3" />
              <span className="sr-only">{t(`kind.${each.kind}`)}</span>
              <span className="min-w-0 flex-1 truncate text-ink">{short(whatOf(each))}</span>
              <span className="shrink-0 text-ink-3">{t(`outcome.${each.outcome}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
