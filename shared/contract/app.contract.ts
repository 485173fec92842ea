// What the host is, how it is doing, and what the machine offers.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { appInfo, appStatus, doctorFinding } from '../model/system.ts';
import { call } from './base.ts';

export const appContract = {
  getInfo: call.output(appInfo),
  /** The newest status, then every change of it. */
  watchStatus: call.output(eventIterator(appStatus)),
  runDoctor: call.output(z.array(doctorFinding)),
  /** Newest lines of the log, already redacted. */
  getLog: call.input(z.object({ limit: z.number().int().min(1).max(2000).default(200) })).output(z.array(z.string())),
};
