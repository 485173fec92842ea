// Jobs: which workflows start by themselves, when, what they may do, and what was missed.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { grant } from '../model/grant.ts';
import { dueId, jobId, workflowId } from '../model/ids.ts';
import { dueRun, job } from '../model/job.ts';
import { jsonValue } from '../model/json.ts';
import { runSummary } from '../model/run.ts';
import { call, nothing } from './base.ts';

export const jobsContract = {
  list: call.input(z.object({ workflow: workflowId.optional() }).default({})).output(z.array(job)),
  get: call.input(z.object({ id: jobId })).output(job),
  /** All jobs, then all jobs whenever one changes. */
  watch: call.output(eventIterator(z.array(job))),
  /**
   * Makes a trigger of a stored workflow live, with this grant, or changes the grant and inputs of one that is. Refused with
   * what is wrong: `workflow-invalid`, `schedule-never`, `folder-not-found`, `input-missing`, …
   */
  turnOn: call
    .input(
      z.object({
        workflow: workflowId,
        node: z.string().min(1).max(80),
        grant,
        inputs: z.record(z.string(), jsonValue).default({}),
      }),
    )
    .output(job),
  turnOff: call.input(z.object({ id: jobId })).output(job),
  remove: call.input(z.object({ id: jobId })).output(nothing),
  /** Starts it once now, under its own grant, as its trigger would. */
  runNow: call.input(z.object({ id: jobId })).output(runSummary),
  /** What will run next, soonest first: what is kept as due, and times worked out after it. */
  listNext: call
    .input(z.object({ job: jobId.optional(), limit: z.number().int().min(1).max(500).default(50) }))
    .output(z.array(z.object({ job: jobId, title: z.string(), at: z.number(), isKept: z.boolean() }))),
  /** What was due, newest first, with what became of it and why. */
  listPast: call
    .input(
      z.object({
        job: jobId.optional(),
        state: z.array(dueRun.shape.state).optional(),
        before: z.number().optional(),
        limit: z.number().int().min(1).max(500).default(100),
      }),
    )
    .output(z.array(dueRun)),
  /** Starts one that was missed after all. */
  runMissed: call.input(z.object({ id: dueId })).output(runSummary),
  /** The secret part of a webhook's address; a new one makes the old one void. */
  getWebhook: call.input(z.object({ id: jobId })).output(z.object({ url: z.string(), token: z.string() })),
  renewWebhook: call.input(z.object({ id: jobId })).output(z.object({ url: z.string(), token: z.string() })),
  /** Reads a schedule: the words for it and its next times, or what is wrong with it. */
  previewSchedule: call
    .input(
      z.object({
        cron: z.string().max(200).optional(),
        everyMs: z.number().int().min(1000).max(31_536_000_000).optional(),
        zone: z.string().max(80).optional(),
      }),
    )
    .output(z.object({ words: z.string(), next: z.array(z.number()) })),
};
