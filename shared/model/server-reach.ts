// What a tool server may touch, changed by a person: more of it, or less. Pure; for the window and the command line.

import type { ServerConfig, ServerReach, ServerStatus } from './tool.ts';

/** For a server that was saved before one could choose: near what it got, so that saving changes little. */
export const reachNamed = (config: ServerConfig): ServerReach => ({
  sandbox: 'on',
  folders: config.args
    .map((arg) => arg.replace(/^--?[\w-]+=/, ''))
    .filter((arg) => /^(\/[^/]+\/.+|[A-Za-z]:\\.+)$/.test(arg) && !/\.\w{1,5}$/.test(arg))
    .map((path) => ({ path, write: true })),
  hosts: ['*'],
  roots: [],
  samplingTokens: 0,
});

type Given = Pick<ServerReach, 'folders' | 'hosts'>;

/** With these folders and hosts as well; what it may write already stays so. */
export function reachGiven(reach: ServerReach, { folders, hosts }: Given): ServerReach {
  const given = folders.map((each) => ({
    ...each,
    write: each.write || reach.folders.some(({ path, write }) => path === each.path && write),
  }));
  return {
    ...reach,
    folders: [...reach.folders.filter(({ path }) => !given.some((each) => each.path === path)), ...given],
    hosts: [...new Set([...reach.hosts, ...hosts])],
  };
}

/** Without these; of a folder with `write`, writing alone is taken. */
export function reachTaken(reach: ServerReach, { folders, hosts }: Given): ServerReach {
  return {
    ...reach,
    folders: reach.folders.flatMap((each) => {
      const taken = folders.find(({ path }) => path === each.path);
      if (taken === undefined) return [each];
      return taken.write ? [{ ...each, write: false }] : [];
    }),
    hosts: reach.hosts.filter((each) => !hosts.includes(each)),
  };
}

/** With what would mend its start. */
export const reachWith = (
  config: ServerConfig,
  { wantsFolder, wantsToReach }: Pick<NonNullable<ServerStatus['failure']>, 'wantsFolder' | 'wantsToReach'>,
): ServerReach =>
  reachGiven(config.reach ?? reachNamed(config), {
    folders: wantsFolder === undefined ? [] : [wantsFolder],
    hosts: wantsToReach === undefined ? [] : [wantsToReach],
  });
