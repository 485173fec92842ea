// Writes what a person does by a call of the contract into the audit log, where nobody else does (deeds.ts). Never keeps a call from
// being done and never fails it.

import { isCancelled, toAppError } from '../../../shared/errors.ts';
import type { NewAuditEntry } from '../../../shared/model/audit.ts';
import type { Log, Store } from '../ports.ts';
import type { Audit } from '../services.ts';
import type { About, Told } from './deed.ts';
import { deeds } from './deeds.ts';

/** By which the person came. */
type Via = 'page' | 'cli';

interface BegunDeed {
  done(output: unknown): void;
  failed(error: unknown): void;
}
export interface TellDeeds {
  /** `input` as it came, before it is parsed. */
  begin(path: readonly string[], input: unknown, via: Via): BegunDeed;
}

const you = { kind: 'person', name: 'You' } as const;
const places: Record<Via, string> = { page: 'a page', cli: 'the command line' };

export function createDeeds({ store, audit, log }: { store: Store; audit: Audit; log: Pick<Log, 'error'> }): TellDeeds {
  const record = (call: string, make: () => NewAuditEntry | undefined): void => {
    try {
      const entry = make();
      if (entry !== undefined) audit.record(entry);
    } catch (error) {
      log.error(`What ${call} did could not be written down`, { error: String(error) });
    }
  };
  return {
    begin([area = '', name = ''], input, via) {
      const call = `${area}.${name}`;
      const deed = toldBy(area, name);
      const by = { call, by: places[via] };
      const entryOf = (about: About, outcome: NewAuditEntry['outcome'], reason: string): NewAuditEntry => ({
        ...about,
        kind: deed?.kind ?? 'change',
        actor: you,
        outcome,
        reason,
        details: { ...about.details, ...by },
      });
      const title = deed === undefined ? '' : nameIn(deed, input);
      return {
        done(output) {
          if (deed === undefined) return;
          record(call, () => {
            const words = deed.words(title, input, output);
            if (words === undefined) return undefined;
            const entry = entryOf(deed.about(input, output), 'done', words);
            return { ...entry, details: { ...entry.details, wayBack: deed.wayBack } };
          });
        },
        failed(error) {
          const known = toAppError(error);
          // A no in the system's dialog is an answer to what the page wanted, whatever that was.
          if (known.code === 'not-confirmed')
            record(call, () => ({
              ...{ kind: 'answer', actor: you, what: call, outcome: 'denied', details: by },
              reason: 'Asked outside the page, you did not agree to it.',
            }));
          else if (deed !== undefined && !isCancelled(error))
            record(call, () => entryOf(deed.about(input, undefined), 'failed', `Not done: ${known.message}`));
        },
      };
    },
  };

  function nameIn(deed: Told<unknown, unknown>, input: unknown): string {
    try {
      return deed.nameOf?.(input, store) ?? 'it';
    } catch {
      // The input may be of any shape here: what does not fit is refused by its schema a moment later, and nothing is told of it.
      return 'it';
    }
  }
}

/** Each row takes the input of its own call, which the types of deeds.ts hold it to. */
function toldBy(area: string, name: string): Told<unknown, unknown> | undefined {
  const rows: Readonly<Record<string, unknown>> | undefined = Object.hasOwn(deeds, area) ? deeds[area as keyof typeof deeds] : undefined;
  const deed = rows !== undefined && Object.hasOwn(rows, name) ? (rows[name] as { is: string }) : undefined;
  return deed?.is === 'told' ? (deed as Told<unknown, unknown>) : undefined;
}
