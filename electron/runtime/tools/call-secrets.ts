// The secrets that the arguments of one call name: what a grant forbids, what a person is asked about, and the values, looked up at the
// last moment. It must not keep, show or log a value: what `revealed` gives goes to the server and nowhere else.

import { AppError } from '../../../shared/errors.ts';
import type { SecretName } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { PolicyService } from '../policy/create-policy.ts';
import { subjectsOf } from '../policy/judge-tool.ts';
import { withSecrets } from '../policy/secret-handles.ts';
import { createSecretUse, originFor, refuseForbidden, type SecretReceiver } from '../policy/secret-use.ts';
import type { Ports } from '../ports.ts';
import type { Inbox } from '../services.ts';
import type { CallReach, CallRequest } from './call-reach.ts';
import { isBuiltIn } from './find-tool.ts';
import { secretUseOf } from './secret-use-of.ts';

export interface CallSecrets {
  /** Nobody is asked about what a grant forbids. Throws `denied`, and `secret-in-host`. */
  refuse(request: CallRequest, tool: ToolInfo, secrets: readonly SecretName[]): void;
  /** The arguments with what their handles name, where that may be sent. Throws `denied`, `secret-not-here`, `cancelled`. */
  revealed(request: CallRequest, tool: ToolInfo, secrets: readonly SecretName[]): Promise<JsonObject>;
}

export function createCallSecrets({
  ports,
  inbox,
  policy,
  reach,
}: {
  ports: Pick<Ports, 'tools' | 'vault' | 'hash' | 'store'>;
  inbox: Pick<Inbox, 'ask'>;
  policy: Pick<PolicyService, 'grants' | 'audit' | 'whoIs'>;
  reach: Pick<CallReach, 'jobOf'>;
}): CallSecrets {
  const { grants } = policy;
  const { jobOf } = reach;
  const maySend = createSecretUse({ ports, inbox, grants, audit: policy.audit });

  function receiverOf(tool: ToolInfo, builtIn: boolean, args: JsonObject): SecretReceiver {
    const { server, name } = tool;
    if (builtIn && typeof args.url === 'string') {
      const origin = originFor(args.url, args.url);
      return { name: origin, server, tool: name, identity: { origin } };
    }
    // A server under the same name that runs another program is another receiver.
    const config = ports.tools.servers().find((each) => each.id === server)?.config;
    return { name: `${server}.${name}`, server, tool: name, identity: { command: config?.command ?? null, args: config?.args ?? [] } };
  }

  /** What is kept by the app itself takes no secret; what a workflow sends is asked about once for each receiver. */
  async function check(request: CallRequest, tool: ToolInfo, secrets: readonly SecretName[]): Promise<void> {
    const builtIn = isBuiltIn(ports.tools, tool.server);
    if (builtIn && tool.server === 'memory')
      throw new AppError('secret-not-here', 'A secret is not put into memory: it would be kept in plain text.', {
        hint: 'Keep it in the vault, and name it where it is used.',
      });
    // An agent's call was asked about by decide.ts, every time; in a job that asks for what its grant does not name, this asks too.
    if (request.run === undefined || (request.actor.kind !== 'workflow' && jobOf(request) === undefined)) return;
    const { run, step, context, args, actor } = request;
    const subjects = subjectsOf(actor, jobOf(request));
    await maySend({
      secrets,
      receiver: receiverOf(tool, builtIn, args),
      args,
      run,
      step,
      context,
      subjects,
      actor: policy.whoIs({ actor, run }),
    });
  }

  return {
    refuse(request, tool, secrets) {
      if (request.actor.kind === 'person') return;
      const receiver = receiverOf(tool, isBuiltIn(ports.tools, tool.server), request.args);
      refuseForbidden(grants, { secrets, receiver, subjects: subjectsOf(request.actor, jobOf(request)) });
    },

    async revealed(request, tool, secrets) {
      await check(request, tool, secrets);
      return withSecrets(request.args, (name, field) =>
        ports.vault.reveal(name, { field, ...secretUseOf(ports, request, tool), step: request.step }),
      );
    },
  };
}
