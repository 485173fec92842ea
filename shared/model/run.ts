// A run is a list of events. The engine writes them, SQLite keeps them, the UI folds them (run-view.ts). A workflow run
// and an agent turn are both runs; a step of a turn is a model call or a tool call.

import { z } from 'zod';
import { appErrorShape } from '../error-shape.ts';
import { conversationId, inboxId, jobId, runId, workflowId } from './ids.ts';
import { jsonValue } from './json.ts';

/** `queued`: stored, its turn has not come. `paused`: a person holds it, or steps through it. The last three are ends. */
export const runStatus = z.enum(['queued', 'running', 'waiting', 'paused', 'done', 'failed', 'cancelled']);
export type RunStatus = z.infer<typeof runStatus>;

/**
 * A step's name within its run: the node id, and inside loops the iteration of each enclosing loop, outermost first:
 * `summarise`, `summarise#3`, `cell#3.0`. For agent turns: `model-1`, `tool-1-0`.
 */
export const stepKey = z.string().min(1).max(200);

const at = z.number();

/** An output too large for a journal row: it lies in the content-addressed store under the hash of its JSON text. */
export const largeValue = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of its JSON text. */
  bytes: z.number().int(),
  /** Its first characters, for people. */
  preview: z.string().max(400),
});
export type LargeValue = z.infer<typeof largeValue>;

/** Why a step's outputs were not made by this run: pinned by the person, or taken over from another run's journal. */
export const takenFrom = z.object({ kind: z.enum(['pin', 'fork', 'cache', 'replay']), run: runId.optional() });
export type TakenFrom = z.infer<typeof takenFrom>;

export const runEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run-start'), at, inputs: z.record(z.string(), jsonValue) }),
  /** Journaled before the effect for steps with one; for pure steps it is only sent, not kept. */
  z.object({ type: z.literal('step-start'), at, step: stepKey, node: z.string(), attempt: z.number().int().min(1) }),
  z.object({
    type: z.literal('step-progress'),
    at,
    step: stepKey,
    node: z.string(),
    done: z.number().optional(),
    total: z.number().optional(),
    note: z.string().optional(),
  }),
  z.object({
    type: z.literal('step-done'),
    at,
    step: stepKey,
    node: z.string(),
    attempt: z.number().int(),
    ms: z.number(),
    /** By output port; a port that is in neither `outputs` nor `large` did not fire. */
    outputs: z.record(z.string(), jsonValue),
    large: z.record(z.string(), largeValue).optional(),
    from: takenFrom.optional(),
    /** What its model calls used, in tokens. */
    usage: z.object({ inputTokens: z.number().optional(), outputTokens: z.number().optional() }).optional(),
  }),
  /** A line that a node wrote about its work. Kept. */
  z.object({
    type: z.literal('step-log'),
    at,
    step: stepKey,
    node: z.string(),
    level: z.enum(['info', 'warn', 'error']),
    message: z.string().max(4000),
  }),
  /** An attempt failed. `retryAt` says when the next one starts; without it the step has failed for good. */
  z.object({
    type: z.literal('step-failed'),
    at,
    step: stepKey,
    node: z.string(),
    attempt: z.number().int(),
    ms: z.number(),
    error: appErrorShape,
    retryAt: z.number().optional(),
  }),
  /** Only sent, never kept: it is ready, and the run is held before it. Ends with its `step-start`. */
  z.object({ type: z.literal('step-held'), at, step: stepKey, node: z.string() }),
  /** No live input reached it. */
  z.object({ type: z.literal('step-skipped'), at, step: stepKey, node: z.string() }),
  /** It waits for a person. */
  z.object({ type: z.literal('step-waiting'), at, step: stepKey, node: z.string(), inbox: inboxId }),
  z.object({ type: z.literal('step-answered'), at, step: stepKey, node: z.string(), inbox: inboxId }),
  z.object({ type: z.literal('run-status'), at, status: runStatus }),
  /** It was stopped or has failed, and what cleans up goes before its end. Nothing else of it begins any more. */
  z.object({ type: z.literal('run-ending'), at, status: z.enum(['failed', 'cancelled']), error: appErrorShape.optional() }),
  z.object({
    type: z.literal('run-end'),
    at,
    status: z.enum(['done', 'failed', 'cancelled']),
    outputs: z.record(z.string(), jsonValue).optional(),
    /** Outputs that are too large for a row, by name, as for a step. */
    large: z.record(z.string(), largeValue).optional(),
    error: appErrorShape.optional(),
  }),
]);
export type RunEvent = z.infer<typeof runEvent>;

/** A kept event: its place in the run's journal. Events that are only sent have seq 0. */
export const sequencedEvent = z.object({ seq: z.number().int().min(0), event: runEvent });
export type SequencedEvent = z.infer<typeof sequencedEvent>;
export const runOrigin = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('manual'), by: z.enum(['desktop', 'headless', 'cli']) }),
  z.object({ kind: z.literal('chat'), conversation: conversationId }),
  z.object({ kind: z.literal('sub-workflow'), run: runId, step: stepKey }),
  /** Started by a trigger, without a person there. `dueAt`: when it was due, for schedules. */
  z.object({ kind: z.literal('job'), job: jobId, dueAt: z.number().optional() }),
  /** A person took an earlier run up again from a step, with what came before it taken from there. */
  z.object({ kind: z.literal('fork'), run: runId, step: stepKey.optional(), by: z.enum(['desktop', 'headless', 'cli']) }),
  /** A session of another program that uses Orrery over MCP, or what it started. */
  /** `grant`: the standing one that allowed the call which began it. */
  z.object({ kind: z.literal('client'), client: z.string().max(60), grant: z.string().max(200).optional() }),
  /** An earlier run once more from its journal alone: no model, no network, no effect. */
  z.object({ kind: z.literal('replay'), run: runId, by: z.enum(['desktop', 'headless', 'cli']) }),
]);
export type RunOrigin = z.infer<typeof runOrigin>;

export const runSummary = z.object({
  id: runId,
  /** Counts up from 1, for people: "Run 42". */
  number: z.number().int(),
  /** The workflow's, or the conversation's title at the start. */
  title: z.string(),
  kind: z.enum(['workflow', 'turn']),
  workflow: workflowId.optional(),
  origin: runOrigin,
  status: runStatus,
  startedAt: z.number(),
  endedAt: z.number().optional(),
  stepsDone: z.number().int(),
  error: appErrorShape.optional(),
});
/** Over: it will not change any more. */
export const isRunOver = (status: RunStatus): boolean => status === 'done' || status === 'failed' || status === 'cancelled';
export type RunSummary = z.infer<typeof runSummary>;
