// What a call of the contract is to the audit log. Every call has its row in deeds.ts: whether it changes anything, and who writes that
// down. A call without a row does not compile.

import type { InferContractRouterInputs, InferContractRouterOutputs } from '@orpc/contract';
import type { Contract } from '../../../shared/contract/index.ts';
import type { ConversationId, RunId } from '../../../shared/model/ids.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { Store } from '../ports.ts';

/** It changes nothing and gives nothing away. */
interface Reads {
  is: 'read';
}
/** Whoever does it writes the entry, with what was there before where something stored is changed. */
interface Recorded {
  is: 'recorded';
  by: string;
}
/** It does something of which nothing stays; why there is no entry. */
interface Passing {
  is: 'passing';
  why: string;
}

export interface About {
  /** The thing: `chat:01m…`, `vault:passphrase`. */
  what: string;
  run?: RunId;
  conversation?: ConversationId;
  details?: JsonObject;
}

/** What the person does by this call is an entry that is written when it is done, or was tried. */
export interface Told<Input, Output> {
  is: 'told';
  /** `process`: a program was started. Else it is a change. */
  kind?: 'process';
  /** What the thing is called, read before it is done: afterwards it may be gone. */
  nameOf?(input: Input, store: Store): string | undefined;
  about(input: Input, output: Output | undefined): About;
  /** What was done, in words; undefined where somebody else tells of it. `name` is never empty. */
  words(name: string, input: Input, output: Output): string | undefined;
  /** How it is taken back, or why it cannot be. */
  wayBack: string;
}

export type Deed<Input = unknown, Output = unknown> = Reads | Recorded | Passing | Told<Input, Output>;

type Inputs = InferContractRouterInputs<Contract>;
type Outputs = InferContractRouterOutputs<Contract>;
/** Of one area of the contract. */
export type DeedsOf<Area extends keyof Contract> = {
  readonly [Call in keyof Contract[Area]]: Deed<
    Call extends keyof Inputs[Area] ? Inputs[Area][Call] : never,
    Call extends keyof Outputs[Area] ? Outputs[Area][Call] : never
  >;
};

export const read: Reads = { is: 'read' };
export const recorded = (by: string): Recorded => ({ is: 'recorded', by });
export const passing = (why: string): Passing => ({ is: 'passing', why });
/** Its change is written down around the write, with what was there before (undo/recorded-store.ts, vault/recorded-vault.ts). */
export const stored = recorded('the store');
