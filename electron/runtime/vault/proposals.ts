// What a page asks of the vault that a page alone must not decide where the host can ask outside of it: a file that opens the vault, a
// wider circle of receivers, taking a protection away. Pure.

import { counted } from '../../../shared/count.ts';
import { noFacts, type SecretFacts } from '../../../shared/model/vault.ts';
import type { Consent, Proposal } from '../policy/proposals.ts';

const make = (title: string, lines: string[], button: string): Proposal | undefined =>
  lines.length === 0 ? undefined : { title, lines, button, lasts: false };

/** More hosts, more parties, or use after its date. */
export function wideningProposal(name: string, next: SecretFacts | undefined, before: SecretFacts = noFacts): Proposal | undefined {
  if (next === undefined) return undefined;
  const isFree = next.hosts.length === 0 && before.hosts.length > 0;
  const known = new Set(before.parties.map((party) => JSON.stringify([party.kind, party.id, party.fields ?? null])));
  return make(
    `Let the secret ${name} be used for more?`,
    [
      ...(isFree ? ['It may be sent to any host'] : []),
      ...(before.hosts.length === 0
        ? []
        : next.hosts.filter((host) => !before.hosts.includes(host)).map((host) => `It may be sent to ${host}`)),
      ...(next.access === 'any' && before.access === 'listed' ? ['Everyone who may name it may use it'] : []),
      ...(next.access === 'listed' && before.access === 'listed'
        ? next.parties
            .filter((party) => !known.has(JSON.stringify([party.kind, party.id, party.fields ?? null])))
            .map((party) => `The ${party.kind} ${party.title} may use ${party.fields?.join(', ') ?? 'all of it'}`)
        : []),
      ...(next.useExpired && !before.useExpired ? ['It may be used after its date'] : []),
    ],
    'Allow',
  );
}

/** A path that the person did not choose in a dialog of the system. */
export const fileProposal = (consent: Consent | undefined, file: string, what: string, button: string): Proposal | undefined =>
  consent === undefined || consent.isChosen(file) ? undefined : make(what, [file], button);

/**
 * What opens the vault, or holds all of it, is asked about each time: a folder that was once chosen for files is one that a page can
 * read again, and the passphrase that seals a backup is the page's word.
 */
export const openingFileProposal = (file: string, what: string, button: string): Proposal | undefined => make(what, [file], button);

export const plainProposal = (title: string, line: string, button: string): Proposal | undefined => make(title, [line], button);

/** Deleting it for good, and the tool servers that run with it. */
export const removeProposal = (name: string, heldBy: readonly string[]): Proposal | undefined =>
  make(
    `Delete ${name} for good?`,
    [
      'History keeps nothing of it: it cannot be undone.',
      ...(heldBy.length === 0
        ? []
        : [`Stops ${counted(heldBy.length, 'tool server')} that ${heldBy.length === 1 ? 'was' : 'were'} given it: ${heldBy.join(', ')}`]),
    ],
    'Delete',
  );
