// How a run came to be, with names: which job and when it was due, which run was forked or replayed, who called it.

import { Link } from 'wouter';
import type { RunOrigin } from '../../../../shared/model/run.ts';
import { routes } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { daysBetween, formatClock, formatDay, useClock } from '../../../ui/index.ts';
import { useRunNumber } from './run-names.ts';
import { useOriginWords } from './run-status.tsx';

/** A time that was due: `02:00` of today, else with its day. */
function dueWords(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0) return formatClock(at);
  const day = formatDay(at, now);
  return `${days === -1 ? day.toLowerCase() : day} ${formatClock(at)}`;
}

const runOf = (origin: RunOrigin) =>
  origin.kind === 'fork' || origin.kind === 'replay' || origin.kind === 'sub-workflow' ? origin.run : undefined;

interface Names {
  /** Titles of jobs by id; undefined until they are known. */
  jobs: ReadonlyMap<string, string> | undefined;
  /** What a step is called on the run's graph; without it, the step is left out. */
  titleOf?: ((step: string) => string) | undefined;
}

/** The words for one origin. Asks the host for the number of the run that it names, once. */
export function useOriginText(origin: RunOrigin, { jobs, titleOf }: Names): string {
  const t = useT('past');
  const plain = useOriginWords();
  const now = useClock();
  const number = useRunNumber(runOf(origin));
  const run = number === undefined ? t('origin.earlier-run') : t('origin.run', { number });
  switch (origin.kind) {
    case 'job': {
      const title = jobs?.get(origin.job);
      if (title === undefined) return jobs === undefined ? plain(origin) : t('origin.gone-job');
      return origin.dueAt === undefined ? t('origin.job', { title }) : t('origin.job-due', { title, time: dueWords(origin.dueAt, now) });
    }
    case 'fork':
      return origin.step === undefined || titleOf === undefined
        ? t('origin.fork', { run })
        : t('origin.fork-from', { run, step: titleOf(origin.step) });
    case 'replay':
      return t('origin.replay', { run });
    case 'sub-workflow':
      return t('origin.called', { run });
    default:
      return plain(origin);
  }
}

/** The same, and it leads there: to the job, the run or the chat. */
export function OriginLink({ origin, ...names }: { origin: RunOrigin } & Names) {
  const text = useOriginText(origin, names);
  const run = runOf(origin);
  const to =
    origin.kind === 'job'
      ? routes.jobs(origin.job)
      : origin.kind === 'chat'
        ? routes.chat(origin.conversation)
        : run === undefined
          ? undefined
          : routes.runs(run);
  if (to === undefined) return text;
  return (
    <Link href={to} className="rounded-sm text-ink-2 underline decoration-line-2 underline-offset-2 hover:text-ink hover:decoration-ink-3">
      {text}
    </Link>
  );
}
