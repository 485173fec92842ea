// Who asks for the secrets of one call and where they would go, for the rules that each secret has of its own.

import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { unattended } from '../policy/unattended.ts';
import type { Ports, SecretUseBy } from '../ports.ts';
import type { ToolBelt } from '../services.ts';
import { isBuiltIn } from './find-tool.ts';

type Call = Pick<Parameters<ToolBelt['call']>[0], 'actor' | 'run'> & { args: JsonObject };

export function secretUseOf(ports: Pick<Ports, 'tools' | 'store'>, { actor, run, args }: Call, tool: ToolInfo): SecretUseBy {
  const receiver = { kind: 'server' as const, id: tool.server, title: `${tool.server}.${tool.name}` };
  const url = isBuiltIn(ports.tools, tool.server) && typeof args.url === 'string' ? args.url : undefined;
  const host = url !== undefined && URL.canParse(url) ? new URL(url).hostname : undefined;
  return {
    asker: askerOf(ports, actor, run),
    receiver: host === undefined ? receiver : { kind: 'host', id: host, title: host },
    ...(host === undefined ? {} : { host }),
    ...(run === undefined ? {} : { run: run.id }),
  };
}

/** An agent counts before the job or workflow in which it works. */
export function askerOf(ports: Pick<Ports, 'store'>, actor: Call['actor'], run: Call['run']): SecretUseBy['asker'] {
  if (actor.kind === 'agent') return { kind: 'agent', id: actor.agent.id, title: actor.agent.name };
  if (actor.kind === 'person') return { kind: 'person', id: 'person', title: 'You' };
  const job = run === undefined ? undefined : unattended(ports, run.id);
  if (job !== undefined) return { kind: 'job', id: job.job, title: job.title };
  const workflow = run === undefined ? undefined : ports.store.runs.get(run.id)?.workflow;
  return { kind: 'workflow', id: workflow ?? 'unsaved', title: run?.title ?? 'A workflow' };
}
