// What is remembered of servers by the way they are started: their tools, and how their last start went. Known tools are there before
// a server runs; a known start needs no worker.

import type { ServerConfig } from '../../../shared/model/tool.ts';
import { createKnownTools, knownToolsKey } from './known-tools.ts';
import type { StartRecord } from './start-record.ts';
import type { KnownServer } from './worker-link.ts';
import type { FoundTool } from './worker-messages.ts';

export interface ServerMemory {
  tools(config: ServerConfig): FoundTool[] | undefined;
  knownStart(config: ServerConfig): KnownServer | undefined;
  /** Its tools were listed, now or anew. Without a `start` the one that is kept stays, as long as it led to the same tools. */
  keep(config: ServerConfig, tools: readonly FoundTool[], start: StartRecord | undefined): void;
  forgetStart(config: ServerConfig): void;
}

export function createServerMemory(dataFolder: string): ServerMemory {
  const known = createKnownTools(dataFolder);
  /** From here, and so they need not be kept again. */
  const given = new WeakSet<readonly FoundTool[]>();
  const keyOf = (config: ServerConfig) => knownToolsKey(config, dataFolder);
  return {
    tools: (config) => known.get(keyOf(config))?.tools,
    knownStart(config) {
      const { tools, start } = known.get(keyOf(config)) ?? {};
      if (tools === undefined || start === undefined) return undefined;
      given.add(tools);
      return { tools, start };
    },
    keep(config, tools, start) {
      if (!given.has(tools)) known.put(keyOf(config), tools, start);
    },
    forgetStart: (config) => known.forgetStart(keyOf(config)),
  };
}
