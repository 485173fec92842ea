// Whatever changes something outside a run, or stored things, goes through one of few doors: a person's own call of the contract, or code
// that asks the policy first. A use of an effectful port anywhere else is reported with its place.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../scripts/built.ts';

/** Every port method that changes something, sends something, starts something or hands out a secret, as it is written where it is used. */
const effects = {
  'files.writeText': /\bfiles\.writeText\(/,
  'files.createFolder': /\bfiles\.createFolder\(/,
  'files.move': /\bfiles\.move\(/,
  'net.request': /\bnet\.request\(/,
  'net.fetchFor': /\bnet\.fetchFor\(/,
  'tools.call': /\btools\.call\(|\btoolHost\.call\(/,
  'tools.start': /\btools\.start\(/,
  'tools.remove': /\btools\.remove\(/,
  'vault.reveal': /\bvault\.reveal\(/,
  'vault.set': /\bvault\.(?:set|replace|remove)\(/,
  'store.settings.put': /\bsettings\.put\(|\bsettings\.change\(/,
  'store.workflows': /\bworkflows\.(?:insert|update|remove)\(/,
  'store.agents': /\bagents\.(?:put|remove)\(/,
  'store.servers': /\bservers\.(?:put|remove)\(/,
  'store.grants': /\bgrants\.(?:put|add|setRevoked)\(/,
  'store.jobs': /\bjobs\.(?:put|remove)\(/,
  'store.memory': /\bmemory\.(?:put|forget)\(/,
  'pty.open': /\bpty\.open\(/,
} as const;
type Effect = keyof typeof effects;

/** `person`: only a person's own call comes here. `gate`: asks the policy in this file. `behind`: is only called once the policy was asked. */
type Door = 'person' | 'gate' | 'behind' | 'app';
/** Folders and files, longest match first, and why. */
const doors: readonly { at: string; door: Door; effects?: readonly Effect[]; why: string }[] = [
  { at: 'runtime/api/', door: 'person', why: 'calls of the contract: the page, the command line, with a system dialog where there is one' },
  { at: 'runtime/serve/', door: 'gate', why: 'other programs: each of their calls asks' },
  { at: 'runtime/tools/belt.ts', door: 'gate', why: 'the tool boundary' },
  {
    at: 'runtime/tools/call-approval.ts',
    door: 'behind',
    effects: ['store.grants'],
    why: 'the belt asks a person here about a call that it judged; the answer is kept',
  },
  {
    at: 'runtime/tools/call-secrets.ts',
    door: 'behind',
    effects: ['vault.reveal'],
    why: 'the belt has judged the call; where its secrets may go is asked here',
  },
  {
    at: 'runtime/tools/find-tool.ts',
    door: 'behind',
    effects: ['tools.start'],
    why: 'the belt starts a server that was asleep once its call is not forbidden, and then judges the call',
  },
  {
    at: 'runtime/tools/sampling-budget.ts',
    door: 'behind',
    effects: ['store.servers', 'tools.start'],
    why: 'a person answered here that a server may use more tokens; the request asks the policy again after that',
  },
  {
    at: 'runtime/vault/end-lost.ts',
    door: 'behind',
    effects: ['tools.start'],
    why: 'a server that the person set up and that ran is started again, with fewer secrets than before, and only while it is on',
  },
  { at: 'runtime/engine/files-power.ts', door: 'gate', effects: ['files.writeText'], why: 'files of nodes' },
  { at: 'runtime/engine/net-power.ts', door: 'gate', effects: ['net.request', 'vault.reveal'], why: 'the network of nodes' },
  { at: 'runtime/engine/memory-power.ts', door: 'gate', effects: ['store.memory'], why: 'memory of nodes' },
  { at: 'runtime/policy/', door: 'behind', why: 'writes down what a person answered' },
  { at: 'runtime/undo/', door: 'person', why: 'takes back what a person chose to take back' },
  { at: 'runtime/audit/', door: 'app', effects: ['vault.set', 'vault.reveal'], why: 'the anchor of the audit log' },
  { at: 'runtime/triggers/', door: 'app', effects: ['store.jobs'], why: 'what a job remembers of its trigger' },
  { at: 'runtime/agent/default-agent.ts', door: 'app', effects: ['store.agents'], why: 'the first agent, once' },
  {
    at: 'runtime/settings.ts',
    door: 'behind',
    effects: ['store.settings.put'],
    why: 'the one place that stores settings; its callers are looked at',
  },
  { at: 'runtime/engine/queue.ts', door: 'person', effects: ['store.settings.put'], why: 'a person holds everything, or lets it go' },
  { at: 'runtime/nodes/', door: 'behind', why: 'nodes use powers, which ask' },
  { at: 'runtime/import/n8n/', door: 'behind', why: 'imported nodes use powers, which ask' },
  { at: 'runtime/servers/install.ts', door: 'person', why: 'a person installs a tool server, after a preview' },
  {
    at: 'runtime/servers/node-fetch.ts',
    door: 'person',
    effects: ['tools.start'],
    why: 'a person had Node fetched; servers that they had started and that waited for it start',
  },
  {
    at: 'runtime/servers/package-updates.ts',
    door: 'person',
    effects: ['tools.start', 'tools.remove', 'store.servers'],
    why: 'a person updates the package of a server, with a system dialog where there is one',
  },
  {
    at: 'runtime/create-runtime.ts',
    door: 'app',
    effects: ['store.grants'],
    why: 'hands the grants of clients to the part that serves them',
  },
  { at: 'tool-servers/', door: 'behind', why: 'built-in tools are called by the belt alone' },
];

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(file);
    else if (/\.ts$/.test(entry.name) && !/\.test\.ts$|\.generated\.ts$/.test(entry.name)) yield file;
  }
}

/** Comments name ports too. */
const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
const asksThePolicy = /policy(?:Of\(deps\))?\.(?:require|tools\.judge)\(|hostsToReach\(|foldersFor\(|mayRemember\(|belt\.call\(/;

function findBreaches(files: Iterable<{ file: string; text: string }>): string[] {
  const breaches: string[] = [];
  for (const { file, text: whole } of files) {
    const text = withoutComments(whole);
    const used = (Object.keys(effects) as Effect[]).filter((effect) => effects[effect].test(text));
    if (used.length === 0) continue;
    const door = doors.filter((each) => file.startsWith(each.at)).toSorted((a, b) => b.at.length - a.at.length)[0];
    for (const effect of used) {
      if (door === undefined || (door.effects !== undefined && !door.effects.includes(effect)))
        breaches.push(`${file} uses ${effect} without asking the policy: call policy.require first, or go through the belt.`);
    }
    if (door?.door === 'gate' && door.at.endsWith('.ts') && !asksThePolicy.test(text)) breaches.push(`${file} is a gate and asks nobody.`);
  }
  return breaches;
}

function* ofTree(): Generator<{ file: string; text: string }> {
  const base = path.join(root, 'electron');
  for (const folder of ['runtime', 'tool-servers'])
    for (const file of sources(path.join(base, folder))) yield { file: path.relative(base, file), text: readFileSync(file, 'utf8') };
}

it('every effect that is not a person’s own goes through the policy', () => {
  expect(findBreaches(ofTree())).toEqual([]);
});

it('reports a use anywhere else, a use of something that a door is not for, and a gate that asks nobody', () => {
  const planted = [
    { file: 'runtime/agent/clever.ts', text: 'await ports.files.writeText(path, text, folders);' },
    { file: 'runtime/engine/new-power.ts', text: 'return net.request({ url });' },
    { file: 'runtime/triggers/new.source.ts', text: 'store.agents.put(agent);' },
    { file: 'runtime/memory/poison.ts', text: '// memory.put( in a comment is nothing\nstore.memory.put(item);' },
    { file: 'runtime/tools/belt.ts', text: 'return ports.tools.call(server, tool, args);' },
  ];
  const breaches = findBreaches(planted);
  expect(breaches).toHaveLength(planted.length);
  for (const { file } of planted) expect(breaches.some((each) => each.startsWith(file))).toBe(true);
});

it('names no door that nobody uses', () => {
  const files = [...ofTree()].map(({ file }) => file);
  expect(doors.filter((door) => !files.some((file) => file.startsWith(door.at))).map((door) => door.at)).toEqual([]);
});
