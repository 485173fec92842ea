// May a workflow send this secret there? A workflow can be someone else's file and may name any secret, so the first time a
// secret is to go to a server or a web address the person is asked, through the inbox; "always" is kept as a standing grant for exactly
// this secret and this receiver. What an agent sends is asked about by decide.ts, every time.

import { AppError } from '../../../shared/errors.ts';
import type { AuditActor, NewAuditEntry } from '../../../shared/model/audit.ts';
import type { InboxRequest, ToolGrant } from '../../../shared/model/grant.ts';
import type { RunId, SecretName } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { GrantDraft, GrantSubject } from '../../../shared/model/policy.ts';
import type { Ports } from '../ports.ts';
import type { Inbox, StepContext } from '../services.ts';
import { canonicalJson } from './canonical.ts';
import { answerWords } from './decision-record.ts';
import type { Grants } from './grants.ts';

export interface SecretReceiver {
  /** In words, for the question: `https://api.example.com`, `github.create_issue`. */
  name: string;
  server: ToolGrant['server'];
  tool: string;
  /** All that makes it this receiver: when it changes, the question is asked again. */
  identity: JsonValue;
}

export interface SecretUse {
  secrets: readonly SecretName[];
  receiver: SecretReceiver;
  /** As they are shown: with handles, never values. */
  args: JsonObject;
  run: { id: RunId; title: string };
  step: string;
  context: Pick<StepContext, 'signal' | 'waiting' | 'answered'>;
  /** Besides everyone: the job and the agent in whose name it is used. */
  subjects?: readonly GrantSubject[];
  /** Whom the audit log names for it. */
  actor?: AuditActor | undefined;
}

/** Runs whose answers are remembered; older ones ask again. */
const maxRuns = 200;

/** Throws `denied` where a grant forbids it to everyone, or to one of these. */
export function refuseForbidden(
  grants: Pick<Grants, 'forKind'>,
  {
    secrets,
    receiver,
    subjects,
  }: Pick<SecretUse, 'secrets'> & { receiver: Pick<SecretReceiver, 'name'>; subjects: readonly GrantSubject[] },
): void {
  const denying = grants.forKind([...subjects, { kind: 'everyone' }], 'secret-use').filter((grant) => grant.effect === 'deny');
  const forbidden = secrets.find((secret) =>
    denying.some(({ target, tool }) => (target === secret || target === '*') && (tool === undefined || tool === receiver.name)),
  );
  if (forbidden !== undefined)
    throw new AppError('denied', `A grant forbids the secret ${forbidden} to be sent to ${receiver.name}.`, {
      hint: 'Change that on the Grants page if this should be possible.',
    });
}

/** Returns when all of these secrets may go there; throws `denied`, `approval-mismatch`, `cancelled`. */
export type MaySendSecrets = (use: SecretUse) => Promise<void>;

export function createSecretUse(deps: {
  ports: Pick<Ports, 'hash' | 'vault'>;
  inbox: Pick<Inbox, 'ask'>;
  grants: Pick<Grants, 'forKind' | 'put' | 'noteUse'>;
  /** Told what was decided and answered. */
  audit?: ((entry: NewAuditEntry) => void) | undefined;
}): MaySendSecrets {
  const { ports, inbox, grants, audit = () => undefined } = deps;
  const agreed = new Map<RunId, Set<string>>();
  const keyOf = (secret: string, { identity, server, tool }: SecretReceiver): string =>
    ports.hash(canonicalJson({ secret, server, tool, identity }));

  const standing = (secret: string, receiver: SecretReceiver): string | undefined => {
    const found = grants
      .forKind([{ kind: 'everyone' }], 'secret-use')
      .find((grant) => grant.effect === 'allow' && grant.target === secret && grant.definition === keyOf(secret, receiver));
    if (found !== undefined) grants.noteUse(found.id);
    return found?.id;
  };

  /** From now on every workflow and job may: gives the grants. */
  const keepAlways = (open: readonly string[], receiver: SecretReceiver): string[] =>
    open.map((name) => {
      const { server, name: tool } = receiver;
      const draft: GrantDraft = {
        subject: { kind: 'everyone' },
        effect: 'allow',
        kind: 'secret-use',
        server,
        tool,
        target: name,
        conditions: {},
      };
      return grants.put(draft, { from: 'an answer in the inbox', definition: keyOf(name, receiver) }).id;
    });
  const remember = (run: RunId, keys: readonly string[]): void => {
    agreed.set(run, new Set([...(agreed.get(run) ?? []), ...keys]));
    const oldest = agreed.keys().next().value;
    if (agreed.size > maxRuns && oldest !== undefined) agreed.delete(oldest);
  };

  return async (use) => {
    const { secrets, receiver, args, run, step, context, subjects = [] } = use;
    refuseForbidden(grants, { secrets, receiver, subjects });
    // A secret that is not there fails when it is read: nothing to ask.
    const stored = new Set<string>(secrets.length === 0 ? [] : ports.vault.list().map((secret) => secret.name));
    const open = secrets.filter((name) => {
      if (!stored.has(name) || agreed.get(run.id)?.has(keyOf(name, receiver)) === true) return false;
      const grant = standing(name, receiver);
      if (grant !== undefined) audit(allowedEntry(use, name, grant));
      return grant === undefined;
    });
    if (open.length === 0) return;
    const which = `${open.length === 1 ? 'the secret' : 'the secrets'} ${open.join(', ')}`;
    const hash = ports.hash(
      canonicalJson({ secrets: [...open], receiver: receiver.identity, name: receiver.name, args, run: run.id, step }),
    );
    const request: InboxRequest = {
      kind: 'approval',
      server: receiver.server,
      tool: receiver.tool,
      args,
      hash,
      reason: `This workflow sends ${which} to ${receiver.name}, which you have not allowed before.`,
      action: `Send ${which} to ${receiver.name}`.slice(0, 300),
      always: [`Every workflow and job may send ${which} to ${receiver.name}`.slice(0, 1000)],
      undoable: false,
    };
    audit({ ...aboutUse(use, which), outcome: 'asked', reason: request.reason, details: { rule: 'nothing-allows' } });
    const answer = await inbox.ask({ run: run.id, step, title: run.title, request }, context);
    if (answer.kind !== 'approval' || answer.hash !== hash)
      throw new AppError('approval-mismatch', 'The answer is for another call than this one.', { hint: 'Run it again.' });
    const given = answer.answer === 'always' ? keepAlways(open, receiver) : [];
    audit(answeredEntry(use, which, answer.answer, given[0]));
    if (answer.answer === 'deny')
      throw new AppError('denied', `You did not allow ${which} to be sent to ${receiver.name}.`, {
        hint: 'Run the workflow again to be asked again.',
      });
    remember(
      run.id,
      open.map((name) => keyOf(name, receiver)),
    );
  };
}

/** Where it goes, as the log names it. */
const aboutUse = ({ actor, receiver, run, step }: SecretUse, which: string) => ({
  kind: 'decision' as const,
  actor: actor ?? { kind: 'workflow' as const, name: run.title },
  what: `send ${which} to ${receiver.name}`.slice(0, 500),
  run: run.id,
  step,
});

const allowedEntry = (use: SecretUse, name: string, grant: string): NewAuditEntry => ({
  ...aboutUse(use, `the secret ${name}`),
  outcome: 'allowed',
  reason: `You always allow the secret ${name} to be sent to ${use.receiver.name}.`.slice(0, 2000),
  details: { rule: 'standing-grant', grant },
});

const answeredEntry = (use: SecretUse, which: string, answer: string, grant: string | undefined): NewAuditEntry => ({
  ...aboutUse(use, which),
  kind: 'answer',
  actor: { kind: 'person', name: 'You' },
  outcome: answer === 'deny' ? 'denied' : 'allowed',
  reason: answerWords(use.actor?.name ?? use.run.title, answer).slice(0, 2000),
  details: { answer, ...(grant === undefined ? {} : { grant }) },
});

/** The origin that a request with secrets goes to. Throws `secret-in-host`: a secret must not choose, or be, the address. */
export function originFor(asked: string, filled: string): string {
  const read = (text: string): string | undefined => (URL.canParse(text) ? new URL(text).origin : undefined);
  const origin = read(asked);
  if (origin === undefined || origin === 'null' || origin !== read(filled))
    throw new AppError('secret-in-host', 'A secret can be part of a path or a query, but not of the host of an address.', {
      hint: 'Write the host out; put the secret into a header.',
    });
  return origin;
}
