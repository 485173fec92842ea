// Which grant of a program pays for a question to a model: the one that allowed the call which began the run, or sent the message that is
// being answered. A call that the person allowed for once is paid by no grant. Runs keep it with where they came from; of chats it is
// known until the host ends, and worked out after that.

import type { ConversationId, RunId } from '../../../shared/model/ids.ts';
import type { StandingGrant } from '../../../shared/model/policy.ts';
import { Recent } from '../../../shared/recent.ts';
import type { ConnectionBy, Ports } from '../ports.ts';
import { isChatOf, isProgramChat } from '../serve/program-chats.ts';
import type { Grants } from './grants.ts';
import { namedIn } from './served-agreed.ts';

/** By conversation that a program began, what allowed its newest message. */
export type ProgramChats = Recent<ConversationId, { grant: string | undefined }>;
const maxKnown = 2000;
export const createProgramChats = (): ProgramChats => new Recent(maxKnown);

export function noteChat(chats: ProgramChats, conversation: ConversationId, grant: string | undefined): void {
  chats.set(conversation, { grant });
}

/** Workflows may run each other this deep; the engine refuses more. */
const maxDepth = 20;

export interface Payer {
  grant: StandingGrant;
  /** That it was this one is known; else it is only counted. */
  isSure: boolean;
}

interface Deps {
  ports: { store: Pick<Ports['store'], 'runs' | 'chats' | 'clients'>; hash: Ports['hash'] };
  grants: Pick<Grants, 'get' | 'forKind'>;
  chats: ProgramChats;
}

/** Undefined where no limit of a program's grant is about it. */
export function payerOf(deps: Deps, by: ConnectionBy): Payer | undefined {
  const { run, conversation } = by;
  const paid = run === undefined ? undefined : ofRun(deps, run);
  if (paid !== undefined) return limited(deps, paid.grant, true);
  if (conversation === undefined || !isProgramChat(conversation)) return undefined;
  const known = deps.chats.get(conversation);
  return known === undefined ? afterRestart(deps, conversation) : limited(deps, known.grant, true);
}

function limited({ grants }: Deps, id: string | undefined, isSure: boolean): Payer | undefined {
  const grant = id === undefined ? undefined : grants.get(id);
  return grant?.conditions.tokensPerDay === undefined || grant.revokedAt !== undefined ? undefined : { grant, isSure };
}

/** Of a run that a program began, also through other runs. */
function ofRun({ ports }: Deps, id: RunId): { grant: string | undefined } | undefined {
  let run = ports.store.runs.get(id);
  for (let depth = 0; depth < maxDepth && run !== undefined; depth += 1) {
    const { origin } = run;
    if (origin.kind === 'client') return { grant: origin.grant };
    run = origin.kind === 'sub-workflow' ? ports.store.runs.get(origin.run) : undefined;
  }
  return undefined;
}

/** The one with a limit that is for this agent: counted, and stopping nothing that a person may have allowed for once. */
function afterRestart(deps: Deps, conversation: ConversationId): Payer | undefined {
  const { ports, grants } = deps;
  const client = ports.store.clients.list().find(({ name }) => isChatOf(ports.hash, name, conversation))?.name;
  const agent = ports.store.chats.get(conversation)?.agent;
  if (client === undefined) return undefined;
  const isFor = (grant: StandingGrant): boolean => {
    const named = namedIn(grant);
    return (grant.target === '*' || grant.target === 'ask_agent') && (named === undefined || named.id === agent);
  };
  const found = grants.forKind([{ kind: 'client', client }], 'serve').find((grant) => grant.effect === 'allow' && isFor(grant));
  return limited(deps, found?.id, false);
}
