// What came of a replay, in words: equal byte for byte, or the first difference with both texts.

import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { RunId } from '../../../shared/model/ids.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Icon } from '../../ui/index.ts';
import { isGoing, useRunNumber } from '../workflow/index.ts';
import { TextDiff } from './text-diff.tsx';

interface Props {
  run: RunSummary;
  source: RunId;
  titleOf(step: string): string;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function ReplayNote({ run, source, titleOf }: Props) {
  const t = useT('runs');
  const number = useRunNumber(source);
  const name = number === undefined ? t('replayed.earlier') : t('number', { number });
  const link = (words: string) => (
    <Link href={routes.runs(source)} className="font-medium text-ink underline decoration-line-2 underline-offset-2 hover:decoration-ink-3">
      {words}
    </Link>
  );
  return <ReplayWords run={run} name={name} link={link} titleOf={titleOf} />;
}

interface WordsProps {
  run: RunSummary;
  /** Of the run on record. */
  name: string;
  /** Words that lead to it. */
  link(words: string): ReactNode;
  titleOf(step: string): string;
}

export function ReplayWords({ run, name, link, titleOf }: WordsProps) {
  const t = useT('runs');
  if (isGoing(run.status)) return <p className="mx-4 mt-0 mb-2 shrink-0 text-ink-2">{t('replayed.going', { run: name })}</p>;
  if (run.status === 'done')
    return (
      <p className="mx-4 mt-0 mb-2 flex shrink-0 gap-2 rounded-sm bg-ok-soft px-2.5 py-2" role="status">
        <Icon name="equal" size={15} className="mt-[2.5px] shrink-0 text-ok" />
        <span>
          {link(t('replayed.same', { run: name }))}
          <span className="block text-ink-2">{t('replayed.same-text')}</span>
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
