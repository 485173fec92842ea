// What came of a replay, in words: equal byte for byte, or the first difference with both texts.

import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { RunView } from '../../../shared/model/run-view.ts';
import { client, useCall } from '../../api/index.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Icon } from '../../ui/index.ts';
import { isGoing } from '../workflow/index.ts';
import { TextDiff } from './text-diff.tsx';

interface Props {
  run: RunSummary;
  source: RunId;
  view: RunView;
  titleOf(step: string): string;
}

export interface ReplayCounts {
  /** Steps that were computed again and gave the same. */
  again: number;
  /** Steps whose outcome came from the record. */
  taken: number;
}

export function countReplayed({ steps }: Pick<RunView, 'steps'>): ReplayCounts {
  const done = [...steps.values()].filter((step) => step.status === 'done');
  const taken = done.filter((step) => step.from !== undefined).length;
  return { again: done.length - taken, taken };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function ReplayNote({ run, source, view, titleOf }: Props) {
  const t = useT('runs');
  const recorded = useCall((signal) => client.runs.get({ id: source, brief: true }, { signal }), [source, run.status]).data?.run;
  const name =
    recorded === undefined ? t('replayed.earlier') : t(recorded.kind === 'turn' ? 'turn' : 'number', { number: recorded.number });
  const link = (words: string) => (
    <Link href={routes.runs(source)} className="font-medium text-ink underline decoration-line-2 underline-offset-2 hover:decoration-ink-3">
      {words}
    </Link>
  );
  return <ReplayWords run={run} recorded={recorded} name={name} counts={countReplayed(view)} link={link} titleOf={titleOf} />;
}

interface WordsProps {
  run: RunSummary;
  /** The run on record, if it is still there. */
  recorded: RunSummary | undefined;
  /** Of the run on record: “Run 41”. */
  name: string;
  counts: ReplayCounts;
  /** Words that lead to it. */
  link(words: string): ReactNode;
  titleOf(step: string): string;
}

/** A run that failed is replayed to the same failure. */
const failedAlike = (run: RunSummary, recorded: RunSummary | undefined): boolean =>
  run.status === 'failed' && recorded?.status === 'failed' && run.error !== undefined && run.error.code === recorded.error?.code;

export function ReplayWords({ run, recorded, name, counts, link, titleOf }: WordsProps) {
  const t = useT('runs');
  if (isGoing(run.status)) return <p className="mx-4 mt-0 mb-2 shrink-0 text-ink-2">{t('replayed.going', { run: name })}</p>;
  const isAlike = failedAlike(run, recorded);
  if (run.status === 'done' || isAlike)
    return (
      <p className="mx-4 mt-0 mb-2 flex shrink-0 gap-2 rounded-sm bg-ok-soft px-2.5 py-2" role="status">
        <Icon name="equal" size={15} className="mt-[2.5px] shrink-0 text-ok" />
        <span>
          {link(t('replayed.same', { run: name }))}
          <span className="block text-ink-2">
            {isAlike && `${t('replayed.same-failed')} `}
            {t('replayed.again', { count: counts.again })} {t('replayed.taken', { count: counts.taken })}
          </span>
        </span>
      </p>
    );
  if (run.error?.code !== 'replay-differs') return null;
  const { step, port, was, is } = run.error.details ?? {};
  return (
    <section
      className="mx-4 mb-2 flex max-h-[45%] shrink-0 flex-col gap-2 overflow-y-auto rounded-sm bg-bad-soft px-2.5 py-2"
      role="status"
    >
      <p className="m-0 flex gap-2">
        <Icon name="circle-alert" size={15} className="mt-[2.5px] shrink-0 text-bad" />
        <span className="min-w-0">
          {link(t('replayed.differs', { run: name }))}
          <span className="block text-ink-2">{t('replayed.differs-at', { step: titleOf(textOf(step)), port: textOf(port) })}</span>
        </span>
      </p>
      <TextDiff left={textOf(was)} right={textOf(is)} label={t('compared.diff', { step: titleOf(textOf(step)) })} />
    </section>
  );
}
