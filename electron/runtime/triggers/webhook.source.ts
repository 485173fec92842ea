// Webhooks: the headless host hands in what came to an address, and this says whether it is one of ours. A token is kept as its
// hash alone; compared in constant time, so that its first letters cannot be guessed one by one.

import { AppError } from '../../../shared/errors.ts';
import type { JobId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Ports } from '../ports.ts';
import type { SourceDeps, TriggerSource } from './trigger-source.ts';

export interface WebhookConfig {
  method: 'GET' | 'POST' | 'any';
}

const needsServe = (): AppError =>
  new AppError('webhook-needs-serve', 'This host does not listen for webhooks.', {
    hint: 'Start `orrery serve`: webhooks are answered by the headless host, on this machine alone.',
  });

export function webhookSource({ ports: { webhooks } }: SourceDeps): TriggerSource<WebhookConfig> {
  return {
    check: () => undefined,
    trouble: () => (webhooks.origin() === undefined ? needsServe().toJSON() : undefined),
    sample: ({ method }) => ({ method: method === 'any' ? 'POST' : method, query: {}, headers: {}, body: null }),
  };
}

/** What a job's state says of its address. */
export interface HookState {
  renewal: number;
  hash: string;
}

export function hookStateOf(state: JsonObject): HookState | undefined {
  const { hook } = state;
  if (hook === null || typeof hook !== 'object' || Array.isArray(hook) || hook === undefined) return undefined;
  return typeof hook.renewal === 'number' && typeof hook.hash === 'string' ? { renewal: hook.renewal, hash: hook.hash } : undefined;
}

type HookPorts = Pick<Ports, 'webhooks' | 'hash'>;

export function newHook({ webhooks, hash }: HookPorts, job: JobId, renewal: number): HookState & { token: string } {
  const token = webhooks.tokenOf(job, renewal);
  return { renewal, hash: hash(`hook ${token}`), token };
}

/** The address and its secret part. Throws `webhook-lost` when the data folder's secret is not the one it was made from. */
export function showHook(ports: HookPorts, job: JobId, state: HookState): { url: string; token: string } {
  const { token, hash } = newHook(ports, job, state.renewal);
  if (hash !== state.hash)
    throw new AppError('webhook-lost', 'The secret part of this webhook’s address is no longer known.', {
      hint: 'Renew it, and give the new address to who calls it.',
    });
  const path = `/hooks/${job}/${token}`;
  return { url: `${ports.webhooks.origin() ?? 'http://127.0.0.1:4317'}${path}`, token };
}

export const isHookToken = (ports: Pick<Ports, 'hash'>, state: HookState, token: string): boolean =>
  isSameText(ports.hash(`hook ${token}`), state.hash);

/** Takes as long whatever differs. */
function isSameText(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let i = 0; i < left.length; i += 1) difference |= left.charCodeAt(i) ^ right.charCodeAt(i);
  return difference === 0;
}
