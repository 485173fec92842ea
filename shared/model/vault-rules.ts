// May this entry go there, by its own rules? Pure. The vault asks at every use, whoever calls; approvals and grants (runtime/policy)
// come on top and cannot widen it.

import type { RunId } from './ids.ts';
import { mainField, type SecretFacts, type SecretField, type SecretKind } from './vault.ts';

/** Who wants a secret and where it is to go. Without a receiver an entry with rules is not given. */
export interface SecretUseBy {
  field?: SecretField | undefined;
  /** Who asks; nobody for a server's start and a provider's own key. */
  asker?: { kind: 'agent' | 'job' | 'workflow' | 'person'; id: string; title: string } | undefined;
  receiver?: { kind: 'server' | 'provider' | 'host'; id: string; title: string } | undefined;
  /** Where it goes over HTTP: the host's name. */
  host?: string | undefined;
  run?: RunId | undefined;
  /** Of the run, for the audit log. */
  step?: string | undefined;
  /** Values that Orrery reads for itself, all of them for one thing: one row of the audit log, which says what for. */
  together?: { why: string; names: readonly string[]; isTold: boolean } | undefined;
}

export interface SecretRules {
  name: string;
  kind: SecretKind;
  facts: SecretFacts;
}
export type MaySend = { allowed: true } | { allowed: false; code: 'secret-expired' | 'secret-not-for'; reason: string; hint: string };

const no = (code: 'secret-expired' | 'secret-not-for', reason: string, hint: string): MaySend => ({ allowed: false, code, reason, hint });

/** `now` in milliseconds since 1970. */
export function maySend(secret: SecretRules, use: SecretUseBy, now: number): MaySend {
  const { name, facts } = secret;
  if (facts.expiresAt !== undefined && facts.expiresAt <= now && !facts.useExpired)
    return no(
      'secret-expired',
      `The secret “${name}” expired on ${new Date(facts.expiresAt).toISOString().slice(0, 10)}.`,
      'Give it a new value or date on the Vault page, or allow its use there.',
    );
  return byHost(secret, use) ?? byParty(secret, use) ?? { allowed: true };
}

function byHost({ name, facts }: SecretRules, { host, receiver }: SecretUseBy): MaySend | undefined {
  if (facts.hosts.length === 0) return undefined;
  const where = facts.hosts.join(', ');
  if (host !== undefined)
    return facts.hosts.some((pattern) => fits(pattern, host.toLowerCase()))
      ? undefined
      : no(
          'secret-not-for',
          `The secret “${name}” is sent only to ${where}, not to ${host}.`,
          'Add the host on the Vault page if that is right.',
        );
  // A program may send it anywhere: it has to be named itself.
  if (receiver !== undefined && facts.parties.some((party) => party.kind === receiver.kind && party.id === receiver.id)) return undefined;
  return no(
    'secret-not-for',
    `The secret “${name}” is sent only to ${where}, and ${receiver?.title ?? 'what asks for it'} could send it elsewhere.`,
    'Name the tool server under “Who may use it” on the Vault page if that is right.',
  );
}

/** `*.example.com` is every host below it, not itself. */
const fits = (pattern: string, host: string): boolean => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : pattern === host);

function byParty(secret: SecretRules, { asker, receiver, field }: SecretUseBy): MaySend | undefined {
  const { name, facts, kind } = secret;
  if (facts.access === 'any') return undefined;
  const wanted: SecretField = field ?? mainField(kind);
  const refused = (who: string): MaySend =>
    no(
      'secret-not-for',
      `${who} may not use ${wanted === mainField(kind) ? '' : `${wanted} of `}the secret “${name}”.`,
      'Change “Who may use it” on the Vault page.',
    );
  const isListed = (party: { kind: string; id: string } | undefined): boolean =>
    party !== undefined &&
    facts.parties.some(
      (each) => each.kind === party.kind && each.id === party.id && (each.fields === undefined || each.fields.includes(wanted)),
    );
  const has = (kinds: readonly string[]): boolean => facts.parties.some((party) => kinds.includes(party.kind));
  if (asker?.kind === 'person') return undefined;
  if (asker === undefined) return isListed(receiver) ? undefined : refused(receiver?.title ?? 'This');
  // Each side that is limited at all has to be on the list, and at least one of them is.
  if (has(['agent', 'job', 'workflow']) && !isListed(asker)) return refused(asker.title);
  if (has(['server', 'provider']) && receiver !== undefined && receiver.kind !== 'host' && !isListed(receiver))
    return refused(receiver.title);
  return isListed(asker) || isListed(receiver) ? undefined : refused(asker.title);
}
