// Which failures a step may be tried again after by itself. Pure; the session asks it.

import type { AppError } from '../../../shared/errors.ts';
import type { Effect } from '../../../shared/model/node-descriptor.ts';

/** A step that must not happen twice is tried again only after what says that it has not happened. */
export const mayTryAgain = (effect: Effect, error: AppError): boolean =>
  !answeredNo.has(error.code) && !(effect === 'once' && mayHaveHappened(error));

const mayHaveHappened = ({ code, details }: AppError): boolean =>
  leftOpen.has(code) || code.startsWith('output-') || (code === 'net-unreachable' && !neverSent.has(String(details?.code)));

const leftOpen: ReadonlySet<string> = new Set([
  'step-timed-out',
  'step-interrupted',
  'tool-failed',
  'internal',
  // The request had gone out; what came back did not come whole, or leads elsewhere.
  'net-timeout',
  'response-too-large',
  'too-many-redirects',
  'redirect-not-allowed',
]);
/** No connection came about, so nothing was sent. */
const neverSent: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN']);
/** A person said no, or nobody said anything in time: trying again would only ask again. */
const answeredNo: ReadonlySet<string> = new Set(['denied', 'approval-expired', 'question-expired']);
