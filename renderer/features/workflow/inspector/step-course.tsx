// How a step went: when, how long, what it used, where its output is from, each attempt, and what it wrote to its log.

import { useEffect, useState } from 'react';
import type { TakenFrom } from '../../../../shared/model/run.ts';
import type { StepView } from '../../../../shared/model/run-view.ts';
import { useWithTilde } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { ErrorNote, formatDuration, Icon } from '../../../ui/index.ts';
import { StateSign } from '../canvas/node-state.tsx';
import { useRunNumber } from '../run/run-names.ts';
import '../run/run.css';
import type { StepDetail } from './use-step.ts';

const clock = (at: number): string => new Date(at).toLocaleTimeString('en-GB');

/** Why a step's output was not made by this run. */
export function TakenFromNote({ from }: { from: TakenFrom }) {
  const t = useT('past');
  const number = useRunNumber(from.run);
  const run = number === undefined ? t('origin.earlier-run') : t('origin.run', { number });
  return (
    <p className="wf-from">
      <Icon name={from.kind === 'pin' ? 'pin' : 'history'} size={14} />
      <span>{t(`from.${from.kind}`, { run })}</span>
    </p>
  );
}

/** From the first attempt to the last word, with the waits in between; undefined while it goes. */
export const msOfStep = (step: StepView): number | undefined =>
  step.ms !== undefined && step.attempt > 1 && step.endedAt !== undefined ? Math.max(step.ms, step.endedAt - step.startedAt) : step.ms;

interface Props {
  step: StepView;
  detail: StepDetail | undefined;
  /** One attempt that went well is not listed. */
  isBrief?: boolean;
}

export function StepCourse({ step, detail, isBrief = false }: Props) {
  const t = useT('past');
  const tWorkflow = useT('workflow');
  const took = msOfStep(step);
  const from = detail?.from ?? step.from;
  const usage = detail?.usage ?? step.usage;
  const logs: NonNullable<StepView['logs']> = detail?.logs ?? step.logs ?? [];
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {step.status === 'held' && <p className="m-0 text-ink-2">{t('step.held-text')}</p>}
      {step.status === 'skipped' && <p className="m-0 text-ink-2">{tWorkflow('steps.skipped')}</p>}
      {from !== undefined && <TakenFromNote from={from} />}
      {from === undefined && step.status !== 'held' && step.status !== 'skipped' && (
        <dl className="wf-facts tabular">
          <dt>{t('step.started')}</dt>
          <dd>{clock(step.startedAt)}</dd>
          {took !== undefined && (
            <>
              <dt>{t('step.took')}</dt>
              <dd>{formatDuration(took)}</dd>
            </>
          )}
          {usage !== undefined && (
            <>
              <dt>{t('step.tokens')}</dt>
              <dd>
                {t('step.tokens-value', {
                  input: (usage.inputTokens ?? 0).toLocaleString('en'),
                  output: (usage.outputTokens ?? 0).toLocaleString('en'),
                })}
              </dd>
            </>
          )}
        </dl>
      )}
      {from === undefined && step.status !== 'held' && step.status !== 'skipped' && (
        <AttemptList step={step} detail={detail} isBrief={isBrief} />
      )}
      {logs.length > 0 && <Log lines={logs} />}
    </div>
  );
}

type Attempt = NonNullable<StepDetail['attempts']>[number];

/** What the host keeps of attempts, and the one that goes now. */
function attemptsOf(step: StepView, detail: StepDetail | undefined): Attempt[] {
  const kept =
    detail?.attempts ?? (step.failed ?? []).map(({ attempt, at, ms, error }) => ({ attempt, startedAt: at - ms, endedAt: at, error }));
  if (step.status === 'held' || kept.some(({ attempt }) => attempt >= step.attempt)) return kept;
  const ended = step.endedAt === undefined || step.status === 'retrying' ? {} : { endedAt: step.endedAt };
  return step.status === 'retrying' ? kept : [...kept, { attempt: step.attempt, startedAt: step.startedAt, ...ended }];
}

function AttemptList({ step, detail, isBrief }: Required<Props>) {
  const t = useT('past');
  const list = attemptsOf(step, detail);
  const last = list.at(-1);
  // One that went well says no more than the times above it.
  if (last === undefined || (isBrief && list.length === 1 && last.error === undefined && step.status !== 'retrying')) return null;
  return (
    <section>
      <h3 className="wf-section">{t('step.attempts')}</h3>
      <ol className="m-0 flex list-none flex-col gap-2.5 p-0">
        {list.map((attempt) => (
          <AttemptLine
            key={attempt.attempt}
            attempt={attempt}
            status={attempt === last && attempt.error === undefined ? step.status : undefined}
          />
        ))}
      </ol>
      {step.status === 'retrying' && step.retryAt !== undefined && <RetryIn at={step.retryAt} />}
    </section>
  );
}

/** `status`: of the one that counts; the others failed. */
function AttemptLine({
  attempt: { attempt, startedAt, endedAt, error, retryAt },
  status,
}: {
  attempt: Attempt;
  status: StepView['status'] | undefined;
}) {
  const t = useT('past');
  const tWorkflow = useT('workflow');
  const short = useWithTilde();
  const shown = status ?? (error === undefined ? 'done' : 'failed');
  return (
    <li className="flex min-w-0 flex-col gap-1">
      <span className="wf-state gap-2" data-state={shown}>
        <StateSign status={shown} />
        <span className="min-w-0 flex-1 text-ink">{tWorkflow('steps.attempt', { number: attempt })}</span>
        <span>{tWorkflow(`state.${shown}`)}</span>
        <span className="text-ink-3">{clock(startedAt)}</span>
        {endedAt !== undefined && <span className="text-ink-3">{formatDuration(Math.max(0, endedAt - startedAt))}</span>}
      </span>
      {error !== undefined && <ErrorNote error={{ ...error, message: short(error.message) }} />}
      {retryAt !== undefined && endedAt !== undefined && (
        <span className="tabular text-sm text-ink-3">
          {t('step.retry-at', { time: clock(retryAt), wait: formatDuration(Math.max(0, retryAt - endedAt)) })}
        </span>
      )}
    </li>
  );
}

/** A wait that counts down. */
function RetryIn({ at }: { at: number }) {
  const t = useT('past');
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="tabular m-0 mt-2 text-sm text-run">
      {at <= now ? t('step.retry-now') : t('step.retry-in', { time: formatDuration(Math.max(1000, at - now)) })}
    </p>
  );
}

const firstLines = 200;
const signs = { info: 'info', warn: 'triangle-alert', error: 'circle-alert' } as const;

function Log({ lines }: { lines: NonNullable<StepView['logs']> }) {
  const t = useT('past');
  const tWorkflow = useT('workflow');
  const [shown, setShown] = useState(firstLines);
  return (
    <section>
      <h3 className="wf-section">{t('step.log')}</h3>
      <ol className="wf-log">
        {lines.slice(0, shown).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of a log is its place in it
          <li key={index} data-level={line.level}>
            <Icon name={signs[line.level]} size={12} />
            <span className="sr-only">{t(`step.level.${line.level}`)}</span>
            <time dateTime={new Date(line.at).toISOString()}>{clock(line.at)}</time>
            <span className="wf-log-words">{line.message}</span>
          </li>
        ))}
      </ol>
      {lines.length > shown && (
        <button type="button" className="wf-chip-more" onClick={() => setShown(shown + firstLines * 5)}>
          {tWorkflow('tree.more', { count: lines.length - shown })}
        </button>
      )}
    </section>
  );
}
