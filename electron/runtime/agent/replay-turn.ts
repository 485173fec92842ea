// A turn of a chat once more, from its record alone: the model's answers and the tools' results come from there, and what the turn makes
// of them (which tools it calls, what its message says) is worked out again by the turn's own loop and must be the same, byte for byte.
// No model, no tool and no network is touched, and the conversation stays as it is.

import { AppError, cancelled, fromShape, toAppError } from '../../../shared/errors.ts';
import type { Agent } from '../../../shared/model/agent.ts';
import type { Message, MessagePart } from '../../../shared/model/chat.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent, RunOrigin, RunSummary } from '../../../shared/model/run.ts';
import { replayDiffers } from '../engine/past/differs.ts';
import { wholeOutputs } from '../engine/past/large.ts';
import { failureOf, type Recording, readRecording } from '../engine/past/replay-source.ts';
import { canonicalJson } from '../policy/canonical.ts';
import type { Ports } from '../ports.ts';
import type { RunHub, RunSession } from '../services.ts';
import { LiveMessage } from './live-message.ts';
import type { TurnDeps } from './turn.ts';
import { runTurn } from './turn-loop.ts';

export interface ReplayTurnDeps {
  ports: Pick<Ports, 'store' | 'clock' | 'ids'>;
  hub: Pick<RunHub, 'create' | 'record'>;
}

type By = Extract<RunOrigin, { kind: 'replay' }>['by'];
type RunEnd = Extract<RunEvent, { type: 'run-end' }>;

/** Gives the run when it has ended. Throws `run-not-found`, `run-not-replayable`. */
export async function replayTurn({ ports, hub }: ReplayTurnDeps, source: RunId, by: By): Promise<RunSummary> {
  const { runs } = ports.store;
  await runs.flush();
  const details = runs.getDetails(source);
  if (details === undefined) throw new AppError('run-not-found', 'That run is not there any more.', { hint: 'Reload the list of runs.' });
  if (details.kind !== 'turn' || !isChat(ports, details.origin))
    throw new AppError('run-not-replayable', 'This is a session of another program. What that program made of it is not on record.', {
      hint: 'Runs of workflows and turns of chats can be replayed.',
    });
  const recording = readRecording(runs.readEvents(source));
  const id = ports.ids.next() as RunId;
  const { title, inputs } = details;
  hub.create({
    id,
    title,
    kind: 'turn',
    origin: { kind: 'replay', run: source, by },
    startedAt: ports.clock.now(),
    inputs,
    grant: { tools: [], folders: [] },
  });
  const record = new TurnRecord({ ports, hub }, { id, source, title, recording });
  const end = await record.replay(keptMessage(ports, source, details.origin));
  await hub.record(id, end);
  return runs.get(id) as RunSummary;
}

/** A replay is replayed as what it replays. */
function isChat({ store }: ReplayTurnDeps['ports'], origin: RunOrigin): boolean {
  for (let at: RunOrigin | undefined = origin, depth = 0; at !== undefined && depth < 20; depth += 1) {
    if (at.kind === 'chat') return true;
    at = at.kind === 'replay' ? store.runs.get(at.run)?.origin : undefined;
  }
  return false;
}

/** What the conversation kept of the turn, where it still does. */
function keptMessage({ store }: ReplayTurnDeps['ports'], source: RunId, origin: RunOrigin): Message | undefined {
  const conversation = origin.kind === 'chat' ? store.chats.get(origin.conversation) : undefined;
  const message = conversation?.messages.find((each) => each.run === source);
  return message?.state === 'done' ? message : undefined;
}

interface Turned {
  id: RunId;
  source: RunId;
  title: string;
  recording: Recording;
}

class TurnRecord {
  readonly #deps: ReplayTurnDeps;
  readonly #turn: Turned;
  readonly #used = new Set<string>();

  constructor(deps: ReplayTurnDeps, turn: Turned) {
    this.#deps = deps;
    this.#turn = turn;
  }

  async replay(kept: Message | undefined): Promise<RunEnd> {
    const { id, title, recording } = this.#turn;
    const { clock } = this.#deps.ports;
    const live = new LiveMessage({ id: 'replay' as Message['id'], role: 'agent', parts: [], createdAt: 0, state: 'running' }, () => {});
    const { signal } = new AbortController();
    const session: RunSession = {
      id,
      title,
      grant: { tools: [], folders: [] },
      signal,
      step: (spec) => this.#step(spec.step, spec.node),
      close() {},
    };
    const answers = [...recording.steps.keys()].filter((step) => /^model-\d+$/.test(step)).length;
    let failure: AppError | undefined;
    try {
      const agent = { ...nobody, maxSteps: Math.max(1, answers) };
      await runTurn(unused(clock), {
        session,
        prefix: '',
        agent,
        history: [],
        live,
        signal,
        source: () => ({ kind: 'run', run: id, step: '', title }),
      });
    } catch (error) {
      failure = toAppError(error);
    }
    return this.#end(live.snapshot, failure, kept);
  }

  #end(message: Message, failure: AppError | undefined, kept: Message | undefined): RunEnd {
    const at = this.#deps.ports.clock.now();
    const { order, journal } = this.#turn.recording;
    const { end } = journal;
    const failed = (error: AppError): RunEnd => ({ type: 'run-end', at, status: 'failed', error: error.toJSON() });
    if (failure !== undefined) {
      if (end !== undefined && end.status !== 'done' && (failure.code === 'replay-incomplete' || failure.code === end.error?.code))
        return { ...end, at };
      return failure.code === 'replay-incomplete' && end === undefined
        ? { type: 'run-end', at, status: 'cancelled', error: failure.toJSON() }
        : failed(failure);
    }
    const left = order.find((step) => !this.#used.has(step));
    if (left !== undefined) return failed(replayDiffers(left, { port: 'step', was: left, is: undefined }));
    if (end === undefined || end.status !== 'done')
      return end === undefined ? { type: 'run-end', at, status: 'cancelled', error: recordOver().toJSON() } : { ...end, at };
    const text = textOf(message);
    const was = end.outputs?.text ?? end.large?.text?.preview;
    // A text that is too large for its row is compared with the message that the conversation keeps.
    if (end.outputs?.text !== undefined && was !== text) return failed(replayDiffers('turn', { port: 'text', was: String(was), is: text }));
    const parts = kept === undefined ? undefined : comparable(kept.parts);
    if (parts !== undefined && parts !== comparable(message.parts))
      return failed(replayDiffers('turn', { port: 'message', was: parts, is: comparable(message.parts) }));
    return { type: 'run-end', at, status: 'done', outputs: { text } };
  }

  /** From the record, with what came below it; kept as taken from there. */
  async #step(step: string, node: string): Promise<Record<string, JsonValue>> {
    const { id, source, recording } = this.#turn;
    const { hub, ports } = this.#deps;
    const readLarge = ports.store.runs.readLarge.bind(ports.store.runs);
    const recorded = recording.steps.get(step);
    if (recorded?.last === undefined) throw recordOver();
    this.#used.add(step);
    const at = ports.clock.now();
    for (const event of [...(recording.below.get(step) ?? []), ...recorded.earlier]) {
      if (event.type === 'step-failed') await hub.record(id, { ...event, at, ms: 0 });
      else {
        const outputs = (await wholeOutputs(recording.steps.get(event.step)?.record, readLarge)) ?? event.outputs;
        const { large: _large, usage: _usage, ...plain } = event;
        await hub.record(id, { ...plain, at, ms: 0, outputs, from: { kind: 'replay', run: source } });
      }
    }
    const { attempt } = recorded.record;
    const failure = failureOf(recorded);
    const outputs = await wholeOutputs(recorded.record, readLarge);
    if (failure !== undefined || outputs === undefined) {
      const error = failure ?? recordOver().toJSON();
      await hub.record(id, { type: 'step-failed', at, step, node, attempt, ms: 0, error });
      throw failure?.code === 'cancelled' ? cancelled() : fromShape(error);
    }
    await hub.record(id, { type: 'step-done', at, step, node, attempt, ms: 0, outputs, from: { kind: 'replay', run: source } });
    return outputs;
  }
}

const textOf = (message: Message): string => message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

/** Without what is another one each time: the call's name, when it was made, and which tools there were to name to a model that erred. */
const comparable = (parts: readonly MessagePart[]): string =>
  canonicalJson(
    JSON.parse(
      JSON.stringify(
        parts.map((part) => {
          if (part.type !== 'tool-call') return part;
          const error = part.error?.code === 'tool-not-found' ? { ...part.error, hint: undefined } : part.error;
          return { ...part, call: '', startedAt: 0, inbox: undefined, error };
        }),
      ),
    ),
  );

const recordOver = (): AppError =>
  new AppError('replay-incomplete', 'The turn on record had come this far and no further; up to here everything is the same.', {
    hint: 'Let that turn end, then replay it again.',
  });

const nobody: Agent = {
  id: 'replay' as Agent['id'],
  name: 'Replay',
  character: '',
  tools: [],
  grant: { tools: [], folders: [] },
  maxSteps: 1,
  createdAt: 0,
  updatedAt: 0,
};

/** The loop asks for nothing but what its steps give, and those come from the record. */
function unused(clock: Ports['clock']): TurnDeps {
  const refuse = (): never => {
    throw new AppError('internal', 'A replay reached outside of its record.');
  };
  const models = new Proxy({}, { get: refuse }) as TurnDeps['models'];
  const belt = { call: refuse, effectOf: () => 'once' } as unknown as TurnDeps['belt'];
  return { models, belt, tools: { tools: () => [], servers: () => [], onChange: () => () => undefined }, clock, folders: () => [] };
}
