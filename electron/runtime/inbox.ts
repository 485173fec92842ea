// Questions that wait for a person. They are rows in the store, so they survive restarts: a step that is taken up again
// finds its question, answered or not, and never asks twice.

import { Validator } from '@cfworker/json-schema';
import { AppError, cancelled, isCancelled } from '../../shared/errors.ts';
import { sameQuestion } from '../../shared/model/alike.ts';
import type { InboxAnswer, InboxItem, InboxRequest } from '../../shared/model/grant.ts';
import type { InboxId, RunId } from '../../shared/model/ids.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import { Recent } from '../../shared/recent.ts';
import { unattended } from './policy/unattended.ts';
import type { Clock, Ids, InboxStore, Log, RunStore } from './ports.ts';
import type { Audit, Inbox, RunHub, SettingsService } from './services.ts';
import { Channel, watched } from './util/channel.ts';

/** How many items a watching window is sent. */
const scanLimit = 500;

/** The clock is looked at this often at least: timers stand still while the machine sleeps, and clocks are put forward. */
const lookEveryMs = 30_000;
const hourMs = 3_600_000;

type Asked = Parameters<Inbox['ask']>[0];

interface InboxDeps {
  store: { inbox: InboxStore; runs: Pick<RunStore, 'get'> };
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  log: Pick<Log, 'error'>;
  /** Told when runs end: their open questions are withdrawn. */
  hub: Pick<RunHub, 'onChange'>;
  settings: Pick<SettingsService, 'get'>;
  audit?: Pick<Audit, 'record'>;
}

export function createInbox({ store, clock, ids, log, hub, settings, audit }: InboxDeps): Inbox & { close(): void } {
  const changes = new Channel<true>();
  const listeners = new Set<() => void>();
  const waiters = new Map<InboxId, Set<(item: InboxItem) => void>>();
  /** Questions that several steps may wait for. */
  const ofRuns = new Recent<InboxId, true>(1000);

  const changed = (): void => {
    changes.send(true);
    for (const listener of listeners) listener();
  };

  hub.onChange((run) => {
    if (run.status !== 'done' && run.status !== 'failed' && run.status !== 'cancelled') return;
    try {
      if (store.inbox.openCount() > 0 && store.inbox.withdrawForRun(run.id) > 0) changed();
    } catch (error) {
      log.error('Could not withdraw the questions of an ended run', { run: run.id, error: String(error) });
    }
  });

  try {
    store.inbox.withdrawLeftOver();
  } catch (error) {
    log.error('Could not withdraw the questions of runs that are over', { error: String(error) });
  }

  /** Those whose time is over: whoever waits for them is told, and so is everyone else. */
  const sweep = (): void => {
    try {
      const gone = store.inbox.expire(clock.now());
      for (const item of gone) tellExpired(audit, item);
      for (const item of gone) for (const settle of [...(waiters.get(item.id) ?? [])]) settle(item);
      if (gone.length > 0) changed();
    } catch (error) {
      log.error('Could not look for questions whose time is over', { error: String(error) });
    }
    lookAgain();
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  const lookAgain = (): void => {
    clearTimeout(timer);
    if (isClosed) return;
    let next: number | undefined;
    try {
      next = store.inbox.nextExpiry();
    } catch (error) {
      log.error('Could not look when the next question ends', { error: String(error) });
      next = clock.now() + lookEveryMs;
    }
    timer = next === undefined ? undefined : setTimeout(sweep, Math.min(lookEveryMs, Math.max(0, next - clock.now())));
  };
  sweep();

  /** What the run says of itself: asked by a job, a question carries its name; an approval has an end. */
  const complete = ({ isOfRun: _isOfRun, ...item }: Asked): Asked => {
    const job = item.job ?? unattended({ store }, item.run)?.job;
    const { approvalHours, chatApprovalHours } = settings.get();
    const hours = job === undefined ? chatApprovalHours : approvalHours;
    const ends = item.expiresAt ?? (item.request.kind === 'approval' && hours > 0 ? clock.now() + hours * hourMs : undefined);
    return { ...item, ...(job === undefined ? {} : { job }), ...(ends === undefined ? {} : { expiresAt: ends }) };
  };

  /** The item, and those that ask the same as it and still wait. Nothing is written before all of them are known to be so. */
  const open = (id: InboxId, answer: InboxAnswer, alike: readonly InboxId[]): { item: InboxItem; others: InboxItem[] } => {
    const item = store.inbox.get(id);
    if (item === undefined) throw new AppError('inbox-not-found', 'That question is not there any more.', { hint: 'Reload the inbox.' });
    if (item.status === 'answered') throw alreadyAnswered();
    if (item.status === 'expired')
      throw new AppError('inbox-expired', 'The time for an answer is over, and nobody gave one.', {
        hint: 'Run the workflow again if you still want it.',
      });
    if (item.status === 'withdrawn')
      throw new AppError('inbox-withdrawn', 'Its run has ended, so it needs no answer any more.', {
        hint: 'Start the run again if you still want it.',
      });
    checkAnswer(item.request, answer);
    const same = sameQuestion(item);
    const others = [...new Set(alike)].flatMap((each) => (each === id ? [] : (store.inbox.get(each) ?? [])));
    if (others.some((other) => same === undefined || sameQuestion(other) !== same))
      throw new AppError('approval-mismatch', 'The answer was also for a question that asks something else.', {
        hint: 'Reload, look at it again, and answer then.',
      });
    return { item, others: others.filter((other) => other.status === 'open') };
  };

  const settle = (item: InboxItem, answer: InboxAnswer): InboxItem => {
    const at = clock.now();
    if (!store.inbox.answer(item.id, answer, at)) throw alreadyAnswered();
    const done: InboxItem = { ...item, status: 'answered', answer, answeredAt: at };
    for (const tell of [...(waiters.get(item.id) ?? [])]) tell(done);
    return done;
  };

  const waitFor = (id: InboxId, signal: AbortSignal): Promise<InboxItem> =>
    new Promise((resolve, reject) => {
      const set = waiters.get(id) ?? new Set();
      waiters.set(id, set);
      const leave = () => {
        set.delete(settle);
        if (set.size === 0) waiters.delete(id);
        signal.removeEventListener('abort', abort);
      };
      const settle = (item: InboxItem) => {
        leave();
        resolve(item);
      };
      const abort = () => {
        leave();
        reject(signal.reason instanceof AppError ? signal.reason : cancelled());
      };
      set.add(settle);
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });

  return {
    async ask(item, context) {
      if (context.signal.aborted) throw cancelled();
      let found = findItem(store.inbox, item);
      if (found === undefined) {
        supersede(store.inbox, item, { at: clock.now(), isWanted: (id) => ofRuns.get(id) === true && waiters.has(id) });
        found = { ...complete(item), id: ids.next() as InboxId, createdAt: clock.now(), status: 'open' };
        store.inbox.insert(found);
        changed();
        if (found.expiresAt !== undefined) lookAgain();
      }
      if (found.status === 'expired') throw expired(found.request);
      if (found.status === 'answered' && found.answer !== undefined) {
        // Answered while nobody ran: kept before the effect, so that a crash in the middle of it is not taken for waiting.
        await context.answered(found.id);
        return found.answer;
      }
      if (item.isOfRun === true) ofRuns.set(found.id, true);
      const answered = waitFor(found.id, context.signal);
      // The wait below reports a stop; until then a stop must not count as unhandled.
      answered.catch(() => undefined);
      await context.waiting(found.id);
      const { answer, status } = await answered;
      if (status === 'expired') throw expired(found.request);
      await context.answered(found.id);
      if (answer === undefined) throw new AppError('internal', 'An answered question has no answer.');
      return answer;
    },

    findForStep: (run, step) => store.inbox.findForStep(run, step),

    answer(id, answer, alike = []) {
      sweep();
      const { item, others } = open(id, answer, alike);
      const done = settle(item, answer);
      // What the first one allows always, the others need not add once more.
      for (const other of others) settle(other, forAlike(other, answer));
      changed();
      return done;
    },

    withdraw(run, step) {
      if (store.inbox.withdrawForStep(run, step) > 0) changed();
    },

    watch: (signal) => watched(() => openItems(store.inbox), changes.follow(signal)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

const expired = (request: InboxRequest): AppError =>
  request.kind === 'approval'
    ? new AppError('approval-expired', `Nobody approved “${request.action}” in time, so it was not done.`, {
        hint: 'Run the workflow again, or allow it in the job’s grant. How long approvals wait is in Settings.',
      })
    : new AppError('question-expired', 'Nobody answered in time.', { hint: 'Run the workflow again, and answer in the inbox.' });

/** Each answer is bound to its own question. */
const forAlike = ({ request }: InboxItem, answer: InboxAnswer): InboxAnswer =>
  request.kind === 'approval' && answer.kind === 'approval'
    ? { kind: 'approval', answer: answer.answer === 'deny' ? 'deny' : 'once', hash: request.hash }
    : answer;

const openItems = (store: InboxStore): InboxItem[] => store.list({ status: 'open', limit: scanLimit });

const alreadyAnswered = (): AppError =>
  new AppError('already-answered', 'This was answered already.', { hint: 'The first answer stands; reload the inbox to see it.' });

/** The same question of the same step. An approval for other arguments or another definition is another question. */
const isSame = (a: InboxRequest, b: InboxRequest): boolean =>
  a.kind === b.kind && (a.kind !== 'approval' || b.kind !== 'approval' || a.hash === b.hash);

/** A step may have several items: an approval, then after a crash an unknown outcome, or an approval for a changed call. */
function findItem(store: InboxStore, { run, step, request, isOfRun }: Asked): InboxItem | undefined {
  const isIt = (item: InboxItem): boolean => isSame(item.request, request);
  return store.listForStep(run, step).find(isIt) ?? (isOfRun === true ? store.listApprovals(run).find(isIt) : undefined);
}

/**
 * An open approval of this step for something that will not be called any more is closed as denied. `isWanted`: another step waits for it
 * too.
 */
function supersede(
  store: InboxStore,
  item: { run: RunId; step: string; request: InboxRequest },
  { at, isWanted }: { at: number; isWanted(id: InboxId): boolean },
): void {
  if (item.request.kind !== 'approval') return;
  for (const old of store.listForStep(item.run, item.step))
    if (old.status === 'open' && old.request.kind === 'approval' && !isWanted(old.id))
      store.answer(old.id, { kind: 'approval', answer: 'deny', hash: old.request.hash }, at);
}

function checkAnswer(request: InboxRequest, answer: InboxAnswer): void {
  if (request.kind !== answer.kind)
    throw new AppError('answer-mismatch', `This asks for ${words[request.kind]}, and the answer is ${words[answer.kind]}.`, {
      hint: 'Reload the inbox.',
    });
  if (request.kind === 'approval' && answer.kind === 'approval' && request.hash !== answer.hash)
    throw new AppError('approval-mismatch', 'The answer is for another call than the one that waits.', {
      hint: 'Reload, look at it again, and answer then.',
    });
  if (request.kind === 'question' && answer.kind === 'question') checkValue(request.schema, answer.value);
}

const words = { approval: 'an approval', question: 'an answer to a question', 'unknown-outcome': 'what happened' } as const;

function checkValue(schema: JsonObject | undefined, value: unknown): void {
  if (schema === undefined) {
    if (typeof value === 'string') return;
    throw new AppError('answer-invalid', 'The answer must be text.', { place: 'value' });
  }
  let result: ReturnType<Validator['validate']>;
  try {
    result = new Validator(schema, '2020-12', false).validate(value);
  } catch (error) {
    if (isCancelled(error)) throw error;
    throw new AppError(
      'answer-invalid',
      `The question’s own schema is not valid: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: 'Mend the schema in the workflow’s “ask a person” node.',
        cause: error,
      },
    );
  }
  if (result.valid) return;
  const last = result.errors.at(-1);
  throw new AppError('answer-invalid', `The answer does not fit: ${last?.error ?? 'unknown fault'}`, {
    place: last?.instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.') ?? '',
    hint: 'Change the answer and send it again.',
  });
}

/** That nobody answered is a no, which is in the log beside the question. */
function tellExpired(audit: InboxDeps['audit'], { request, run, step, conversation }: InboxItem): void {
  if (request.kind !== 'approval') return;
  audit?.record({
    ...{ kind: 'answer', actor: { kind: 'app', name: 'Orrery' }, what: `${request.server}.${request.tool}`, outcome: 'denied', run, step },
    reason: 'Nobody answered in time, so it was not allowed.',
    ...(conversation === undefined ? {} : { conversation }),
    details: { answer: 'expired' },
  });
}
