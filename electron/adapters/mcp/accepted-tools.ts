// One server's tools beside what a person accepted of them: what was never seen before is accepted as it is first, everything that
// differs later waits, and is marked so that nothing calls it unasked and no model reads its new words.

import type { ServerId } from '../../../shared/model/ids.ts';
import type { ToolChange, ToolInfo } from '../../../shared/model/tool.ts';
import { changesBetween, checkNames, definitionTexts } from './definitions.ts';
import type { FoundTool } from './worker-messages.ts';

/** Kept beyond a restart; see the table of the same name. */
export interface DefinitionStore {
  accepted(server: string): ReadonlyMap<string, string> | undefined;
  accept(server: string, definitions: ReadonlyMap<string, string>, at: number): void;
  quarantine(server: string): { reason: string; at: number } | undefined;
  setQuarantine(server: string, quarantine: { reason: string; at: number } | undefined): void;
}

/** For a host that keeps nothing, such as in a test. */
export function forgetfulDefinitions(): DefinitionStore {
  const accepted = new Map<string, ReadonlyMap<string, string>>();
  const held = new Map<string, { reason: string; at: number }>();
  return {
    accepted: (server) => accepted.get(server),
    accept: (server, definitions) => void accepted.set(server, new Map(definitions)),
    quarantine: (server) => held.get(server),
    setQuarantine: (server, quarantine) => void (quarantine === undefined ? held.delete(server) : held.set(server, quarantine)),
  };
}

export class AcceptedTools {
  readonly #server: ServerId;
  readonly #store: DefinitionStore;
  readonly #builtIn: ReadonlySet<string>;
  #now: FoundTool[] = [];
  #changes: ToolChange[] = [];

  constructor(server: ServerId, store: DefinitionStore, builtIn: ReadonlySet<string>) {
    this.#server = server;
    this.#store = store;
    this.#builtIn = builtIn;
  }

  get changes(): ToolChange[] {
    return this.#changes;
  }

  /** What the server offers now. `note` says which names were refused. */
  take(tools: readonly FoundTool[], at: number, note: (text: string) => void): ToolInfo[] {
    const { kept, refused } = checkNames(tools, this.#builtIn);
    for (const { name, why } of refused.slice(0, 20)) note(`The tool ${JSON.stringify(name.slice(0, 100))} was left out: ${why}.`);
    this.#now = kept;
    const accepted = this.#store.accepted(this.#server);
    // One that offers nothing yet, such as before somebody signs in, has not been seen.
    if (accepted === undefined && kept.length > 0) this.#store.accept(this.#server, definitionTexts(kept), at);
    const before = this.#changes.length;
    this.#changes = accepted === undefined ? [] : changesBetween(accepted, kept);
    if (this.#changes.length > 0 && before === 0)
      note(`${this.#changes.length} of its tools are not as you last saw them. They ask before they are called, until you accept them.`);
    return this.tools();
  }

  /** A person has seen what there is now. */
  accept(at: number): ToolInfo[] {
    this.#store.accept(this.#server, definitionTexts(this.#now), at);
    this.#changes = [];
    return this.tools();
  }

  tools(): ToolInfo[] {
    const changed = new Map(this.#changes.map((each) => [each.tool, each]));
    return this.#now.map((tool) => {
      const change = changed.get(tool.name);
      if (change === undefined || change.kind === 'removed') return { ...tool, server: this.#server };
      const { kind, before } = change;
      return { ...tool, server: this.#server, unaccepted: { kind, ...(before === undefined ? {} : { before: readBefore(before) }) } };
    });
  }
}

const readBefore = (text: string): Pick<ToolInfo, 'title' | 'description' | 'inputSchema'> => {
  const { title, description, inputSchema } = JSON.parse(text) as ToolInfo;
  return { title, description, inputSchema };
};
