// What one decision costs with a thousand standing grants: a tool call of an agent, found through the index, with conditions that hold and
// that do not, and labels of what was read. Over a real store; nothing is recorded, as in a dry run, and once with what is.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sha256 } from '../electron/adapters/hash.ts';
import { openStore } from '../electron/adapters/sqlite/open.ts';
import { createPolicy } from '../electron/runtime/policy/create-policy.ts';
import type { Agent } from '../shared/model/agent.ts';
import type { RunId, ServerId } from '../shared/model/ids.ts';
import type { ServerStatus, ToolInfo } from '../shared/model/tool.ts';
import { type Bench, median, quantile } from './lib/bench.ts';

const servers = ['files', 'web', 'memory', 'mail', 'calendar', 'tickets', 'wiki', 'search', 'crm', 'build'];
const toolsOf = 20;
const grantCount = 1000;

const tool = (server: string, name: string): ToolInfo => ({
  server: server as ServerId,
  name,
  title: name,
  description: `${name} of ${server}, with a description of the usual length for a tool of the usual kind.`,
  inputSchema: { type: 'object', properties: { path: { type: 'string' }, url: { type: 'string' }, text: { type: 'string' } } },
  readOnly: false,
  idempotent: false,
  destructive: true,
});

export const policy: Bench = {
  name: 'policy',
  about: 'one decision of the policy with 1,000 standing grants.',
  async run(context) {
    const folder = mkdtempSync(path.join(tmpdir(), 'orrery-policy-'));
    const opened = openStore({ folder });
    try {
      const { store } = opened;
      const tools = servers.flatMap((server) => Array.from({ length: toolsOf }, (_, i) => tool(server, `tool_${i}`)));
      const statuses = servers.map(
        (id, i): ServerStatus => ({
          id: id as ServerId,
          title: id,
          kind: i < 3 ? 'built-in' : 'child',
          state: 'ready',
          restarts: 0,
          toolCount: toolsOf,
          stderr: [],
        }),
      );
      const host = { servers: () => statuses, tools: () => tools } as unknown as Parameters<typeof createPolicy>[0]['ports']['tools'];
      let now = 1_800_000_000_000;
      const clock = {
        now: () => {
          now += 997;
          return now;
        },
        sleep: () => Promise.resolve(),
      };
      const made = createPolicy({
        ports: { store, tools: host, hash: sha256, clock, vault: { redact: (text: string) => text } as never },
        inbox: { ask: () => Promise.reject(new Error('nobody is asked')) },
      });
      const agents = Array.from({ length: 10 }, (_, i) => agentOf(i));
      for (let i = 0; i < grantCount; i += 1) putGrant(made, agents, tools, i);
      const run = { id: 'r1' as RunId, title: 'Bench', grant: { tools: [], folders: [] } };
      store.runs.create({
        id: run.id,
        title: 'Bench',
        kind: 'workflow',
        origin: { kind: 'manual', by: 'cli' },
        startedAt: 1,
        inputs: {},
        grant: run.grant,
      });
      await store.runs.flush();
      made.taints.add(run.id, { label: 'untrusted', from: 'web.tool_1 of a.org', at: 1 });
      made.taints.add(run.id, { label: 'private', from: 'files.tool_2', at: 1 });
      const requests = Array.from({ length: 500 }, (_, i) => ({
        actor: { kind: 'agent' as const, agent: agents[i % 10] as Agent },
        tool: tools[(i * 7) % tools.length] as ToolInfo,
        args: { path: `/home/me/notes/${i}.md`, url: `https://a${i % 5}.org/x`, text: 'x'.repeat(200) },
        run,
        step: 's',
      }));
      const n = context.n ?? 100_000;
      for (let i = 0; i < 20_000; i += 1) made.tools.judge(requests[i % 500] as (typeof requests)[number]);
      const times = new Float64Array(n);
      for (let i = 0; i < n; i += 1) {
        const request = requests[i % 500] as (typeof requests)[number];
        const begin = performance.now();
        made.tools.judge(request);
        times[i] = (performance.now() - begin) * 1000;
      }
      const all = [...times];
      context.figure('decide-p50', median(all), 'µs', n);
      context.figure('decide-p99', quantile(all, 0.99), 'µs', n);
      const recorded: number[] = [];
      for (let i = 0; i < Math.min(n, 20_000); i += 1) {
        const request = requests[i % 500] as (typeof requests)[number];
        const begin = performance.now();
        made.decided(request, made.tools.judge(request));
        recorded.push((performance.now() - begin) * 1000);
      }
      context.figure('decide-and-count-p99', quantile(recorded, 0.99), 'µs', recorded.length);
      made.close();
    } finally {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const agentOf = (i: number): Agent =>
  ({
    id: `agent${i}`,
    name: `Agent ${i}`,
    character: '',
    tools: ['files.*', 'web.*', 'mail.*'],
    grant: { tools: [], folders: [] },
    maxSteps: 5,
    createdAt: 0,
    updatedAt: 0,
  }) as unknown as Agent;

/** Half of them for one agent each, half for everyone; every third with conditions, every tenth forbids. */
function putGrant(made: ReturnType<typeof createPolicy>, agents: readonly Agent[], tools: readonly ToolInfo[], i: number): void {
  const { server, name } = tools[(i * 13) % tools.length] as ToolInfo;
  const conditions =
    i % 3 === 0 ? { folders: [`/home/me/${i % 4 === 0 ? 'notes' : 'other'}`], args: { text: 'x*' }, hosts: ['*.org'] } : {};
  made.grants.put(
    {
      subject: i % 2 === 0 ? { kind: 'everyone' } : { kind: 'agent', agent: (agents[i % 10] as Agent).id },
      effect: i % 10 === 0 ? 'deny' : 'allow',
      kind: 'tool-call',
      server,
      tool: i % 50 === 0 ? '*' : name,
      conditions,
    },
    { from: 'the bench' },
  );
}
