// Whoever is not the person is decided about before anything is done: every place of the runtime and of our tool servers that reaches out
// (files, network, programs, models) or changes what is configured is listed here with how it comes through the policy, or why nobody but
// the person gets there. A new place, a new tool and a new power fail this test until they are.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { effectsByTool } from '../../electron/runtime/policy/effects.ts';
import type { ServerDefinition } from '../../electron/tool-servers/define-server.ts';
import { toolServers } from '../../electron/tool-servers/tool-servers.generated.ts';

const root = path.resolve(import.meta.dirname, '../../electron');

/** Calls that reach out or change configuration, by what they do. */
const effects: Record<string, RegExp> = {
  files: /\bfiles\.(?:writeText|writeBytes|move|remove|createFolder)\(/,
  network: /\bnet\.request\(|\bfetchFor\(/,
  programs: /\btools\.(?:start|restart)\(|\bspawn\(/,
  models: /\bmodels\.chat\(/,
  scripts: /\bscripts\.run\(/,
  configuration:
    /\b(?:settings(?:\(\))?\.change|settings\.put|workflows\.(?:insert|update|remove)|agents\.(?:put|remove)|servers\.(?:put|remove)|jobs\.put|grants\.(?:put|add))\(/,
};

const belt = 'By the belt alone: it judges each call before (tools/belt.ts).';
const powers = 'A power, bound to a judged reach before it does anything (engine/power-reach.ts).';
const byPerson = 'The contract: a page, the command line; powers are asked about (policy/proposals.ts).';
const byAnswer = 'What a person answered to an approval.';
const bookkeeping = 'What the app itself remembers of a job that a person turned on; nothing is widened.';
const undone = 'The way back of a change, taken by the person (api/undo.api.ts).';

/** File → how what it does is decided. */
const decided: Record<string, Record<string, string>> = {
  files: {
    'tool-servers/files.server.ts': belt,
    'runtime/engine/files-power.ts': powers,
    'runtime/nodes/write-file.node.ts': powers,
    'runtime/undo/apply.ts': undone,
    'runtime/undo/leftovers.ts': 'Removes what a cut-short write of ours left beside its file, by our own names only.',
  },
  network: {
    'tool-servers/web.server.ts': belt,
    'runtime/engine/net-power.ts': powers,
    'runtime/nodes/http-request.node.ts': powers,
    'runtime/import/n8n/step-run.ts': powers,
    'runtime/files-and-net-ports.ts': 'The port itself.',
  },
  programs: {
    'runtime/vault/end-lost.ts': 'A server that ran is started again without a secret that was taken from it, and only while it is on.',
    'runtime/tools/find-tool.ts': 'Wakes a server that the person set up; a grant may forbid it to whoever calls (belt.ts, refuseStart).',
    'runtime/api/tools.api.ts': byPerson,
    'runtime/servers/package-updates.ts': byPerson,
    'runtime/servers/node-fetch.ts': byPerson,
    'runtime/undo/things.ts': undone,
  },
  models: {
    'runtime/agent/model-step.ts': 'Every question to a model: policy/spending.ts.',
    'runtime/engine/powers.ts': 'Every question to a model: policy/spending.ts.',
    'runtime/tools/server-requests.ts': 'policy.require of kind sampling, before.',
    'runtime/policy/spending.ts': 'The decision itself.',
  },
  scripts: {
    'runtime/engine/powers.ts': 'In the sandbox, with no way out.',
    'runtime/nodes/code.node.ts': 'In the sandbox, with no way out.',
    'runtime/import/n8n/step-run.ts': 'In the sandbox, with no way out.',
  },
  configuration: {
    'runtime/api/agents.api.ts': byPerson,
    'runtime/api/models.api.ts': byPerson,
    'runtime/api/policy.api.ts': byPerson,
    'runtime/api/settings.api.ts': byPerson,
    'runtime/api/tools.api.ts': byPerson,
    'runtime/api/workflows.api.ts': byPerson,
    'runtime/servers/package-updates.ts': byPerson,
    'runtime/tools/sampling-budget.ts': 'The person’s answer in the inbox: a larger budget. What was asked is judged again after it.',
    'runtime/engine/queue.ts': 'Holding everything: the person’s switch.',
    'runtime/agent/default-agent.ts': 'The first agent, made by the app.',
    'runtime/policy/ask-action.ts': byAnswer,
    'runtime/policy/job-approval.ts': byAnswer,
    'runtime/policy/secret-use.ts': byAnswer,
    'runtime/policy/unattended.ts': byAnswer,
    'runtime/policy/bound-runs.ts': byAnswer,
    'runtime/tools/call-approval.ts': byAnswer,
    'runtime/triggers/armed-jobs.ts': bookkeeping,
    'runtime/triggers/trigger-handle.ts': bookkeeping,
    'runtime/triggers/hooks.ts': bookkeeping,
    'runtime/triggers/jobs.ts': 'The contract, and what a trigger remembers.',
    'runtime/undo/recorded-store.ts': 'Writes down what others change.',
    'runtime/undo/things.ts': undone,
  },
};

const sources = ['runtime', 'tool-servers'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ts$/.test(name) && !/\.(?:test|fixture|generated)\.ts$/.test(name))
    .map((name) => path.posix.join(folder, name.replaceAll('\\', '/'))),
);
/** Without comments, so that a call that is only told of is none. */
const code = (file: string): string => readFileSync(path.join(root, file), 'utf8').replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, '');

test.each(Object.entries(effects))('each place that reaches %s is decided about', (kind, pattern) => {
  const found = sources.filter((file) => pattern.test(code(file)));
  const known = decided[kind] ?? {};
  expect(found.length).toBeGreaterThan(0);
  expect(
    found.filter((file) => !(file in known)),
    'say in this test how it comes through policy/decide.ts',
  ).toEqual([]);
  expect(
    Object.keys(known).filter((file) => !found.includes(file)),
    'does nothing of that any more',
  ).toEqual([]);
});

test('what each of our own tools does to the outside is known to the policy', () => {
  const servers = toolServers as readonly ServerDefinition[];
  const namesOf = ({ id, tools }: ServerDefinition) => tools.map(({ name }) => `${id}.${name}`);
  const names = servers.flatMap(namesOf);
  // A server gets the powers in its `needs` and no others: without these two its tools can do nothing to the outside.
  const canReachOut = ({ needs }: ServerDefinition) => needs.includes('files') || needs.includes('net');
  expect(
    servers
      .filter(canReachOut)
      .flatMap(namesOf)
      .filter((name) => !(name in effectsByTool)),
    'say in policy/effects.ts what it does',
  ).toEqual([]);
  const gone = Object.keys(effectsByTool).filter((name) => !names.includes(name));
  expect(gone, 'powers that have no tool').toEqual(['web.http_request']);
  for (const { id, needs, tools } of servers)
    for (const tool of tools) {
      const told = effectsByTool[`${id}.${tool.name}`]?.({ path: '/a', from: '/a', to: '/b', url: 'https://a.example' }) ?? [];
      const isOutward = needs.includes('net') || (needs.includes('files') && !tool.readOnly);
      expect(told.length > 0, `${id}.${tool.name}`).toBe(isOutward);
    }
});

test('each power of a node is decided about, or has nothing to decide', () => {
  const text = readFileSync(path.join(root, 'runtime/engine/powers.ts'), 'utf8');
  const table = /const builders: Builders = \{([\s\S]*?)\n\};/.exec(text)?.[1] ?? '';
  const found = [...table.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  const how: Record<string, string> = {
    files: powers,
    net: powers,
    tools: belt,
    models: 'policy/spending.ts',
    memory: 'power-reach.ts, mayRemember; reading adds a label.',
    expressions: 'In the sandbox, with no way out.',
    scripts: 'In the sandbox, with no way out.',
    person: 'Asks the person.',
    workflows: 'The same run’s grant, decided in the child’s own steps.',
    clock: 'Waits.',
    variables: 'Of the run.',
    log: 'Of the run.',
  };
  expect(found.sort()).toEqual(Object.keys(how).sort());
});
