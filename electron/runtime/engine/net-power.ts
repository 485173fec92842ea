// The network for a node: to the hosts that its step may reach, with its secrets where they may be sent, and with the step's own key, by
// which a receiver can tell a request that is made again. Secrets' values exist here only between the vault and the request.

import type { ServerId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { NodePowers } from '../nodes/define-node.ts';
import { subjectsOf } from '../policy/judge-tool.ts';
import { secretNamesIn, withSecrets } from '../policy/secret-handles.ts';
import { createSecretUse, type MaySendSecrets, originFor, type SecretUse } from '../policy/secret-use.ts';
import { unattended } from '../policy/unattended.ts';
import type { SecretUseBy } from '../ports.ts';
import { askerOf } from '../tools/secret-use-of.ts';
import type { StepBinding } from './execute.ts';
import { quoted } from './plan-types.ts';
import { changedBy, connectionOf, noterOf, type PowerDeps } from './power-deps.ts';
import { hostsToReach, policyOf, refuseOnward } from './power-reach.ts';

/** One memory of answers for each engine. */
const senders = new WeakMap<PowerDeps, MaySendSecrets>();
function maySend(deps: PowerDeps, use: SecretUse): Promise<void> {
  const known = senders.get(deps) ?? createSecretUse({ ...deps, grants: policyOf(deps).grants, audit: policyOf(deps).audit });
  senders.set(deps, known);
  return known(use);
}

export function netPower(deps: PowerDeps, binding: StepBinding): NodePowers['net'] {
  const { session, node, step, context } = binding;
  const { net, vault } = deps.ports;
  return {
    async request(request) {
      const asked: JsonObject = { url: request.url, headers: request.headers, body: request.body ?? null };
      const first = { ...asked, method: request.method };
      const { hosts, wasAsked } = await hostsToReach(deps, binding, first);
      const secrets = secretNamesIn(asked);
      const secretUse = (): SecretUseBy => {
        const host = URL.canParse(request.url) ? new URL(request.url).hostname : '';
        return {
          asker: askerOf(deps.ports, { kind: 'workflow' }, session),
          receiver: { kind: 'host', id: host, title: host },
          host,
          run: session.id,
          step,
        };
      };
      if (secrets.length > 0) {
        const origin = originFor(request.url, request.url);
        await maySend(deps, {
          secrets,
          receiver: { name: origin, server: 'web' as ServerId, tool: 'http_request', identity: { origin } },
          args: { ...asked, method: request.method ?? 'GET' },
          run: session,
          step,
          context,
          subjects: subjectsOf({ kind: 'workflow' }, unattended(deps.ports, session.id)),
          actor: changedBy(deps.ports, binding).actor,
        });
      }
      const filled = (await withSecrets(asked, (name, field) => vault.reveal(name, { field, ...secretUse() }))) as {
        url: string;
        headers: Record<string, string>;
        body: string | null;
      };
      if (secrets.length > 0) originFor(request.url, filled.url);
      const headers = { ...filled.headers };
      const isRead = request.method === 'GET' || request.method === 'HEAD';
      // A receiver that knows this header drops the second of two equal requests.
      if (!isRead && !Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key'))
        headers['Idempotency-Key'] = context.idempotencyKey;
      await context.begins?.();
      const response = await net.request({
        url: filled.url,
        method: request.method,
        headers,
        ...(filled.body === null ? {} : { body: filled.body }),
        allow: { hosts, mayGoOn: (url) => refuseOnward(deps, binding, first, { url, wasAsked }) },
        ...(secrets.length === 0 ? {} : { staysAtOrigin: true }),
        signal: context.signal,
        purpose: `${quoted(session.title)} · ${node.title}`,
        by: connectionOf(deps.ports, binding),
      });
      noterOf(deps, binding)([{ label: 'untrusted', from: `the answer of ${new URL(filled.url).host}` }]);
      return response;
    },
  };
}
