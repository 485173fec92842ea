// What the acts of the areas are made of: things to do something to, made anew for each, and rows that first make one.

import path from 'node:path';
import type { HostClient } from '../../../electron/wires/attach.ts';
import type { AuditEntry, AuditKind } from '../../../shared/model/audit.ts';
import type { RunId, SecretName, ServerId } from '../../../shared/model/ids.ts';
import { graph, until } from '../../helpers/engine-lab.ts';
import type { WhoLab } from '../../helpers/who-lab.ts';

export interface Act {
  do(lab: WhoLab): Promise<unknown>;
  /** Makes what it is done to; its entries do not count. */
  before?(lab: WhoLab): Promise<unknown>;
  /** It may be refused here, for this reason: then that is what must be told. */
  mayFail?: string;
  /** Kinds of entries one of which must be there, where the row of the call says that somebody else writes them. */
  leaves?: readonly AuditKind[];
  /** Done as such: by whom the entries are then, where it is not the person. */
  by?: AuditEntry['actor']['kind'];
  /** It cannot be done without the network or a desktop; where it is tested. */
  elsewhere?: string;
}

let made = 0;
export const next = (): number => {
  made += 1;
  return made;
};
export const name = (word: string): string => `${word} ${next()}`;
export const secret = (): SecretName => `SECRET_${next()}` as SecretName;
export const quick = () => graph([{ id: 'a', kind: 'data.template', config: { text: 'x' } }], [], name('Quick'));
export const slow = () => graph([{ id: 'a', kind: 'flow.delay', config: { seconds: 600 } }], [], name('Slow'));
export const timed = () => graph([{ id: 't', kind: 'trigger.schedule' }], [], name('Timed'));
export const hooked = () => graph([{ id: 't', kind: 'trigger.webhook' }], [], name('Hooked'));
export const child = (id: string, enabled = false) => ({
  ...{ id: id as ServerId, title: `Server ${id}`, command: process.execPath, env: {}, enabled },
  args: [path.resolve('electron/adapters/mcp/hostile-server.fixture.mjs'), 'good'],
  reach: { sandbox: 'off' as const, folders: [], hosts: [], roots: [], samplingTokens: 0 },
});
export const server = async ({ page }: WhoLab, enabled = false) =>
  (await page.tools.addServer({ config: child(`s${next()}`, enabled) })).id;

export const running = (lab: WhoLab) => server(lab, true);
/** One that has prompts and resources, for all that ask for them. */
export const everything = (() => {
  const id = 'everything' as ServerId;
  let started: Promise<ServerId> | undefined;
  const add = async ({ page }: WhoLab): Promise<ServerId> => {
    const args = [path.resolve('node_modules/@modelcontextprotocol/server-everything/dist/index.js')];
    await page.tools.addServer({ config: { ...child(id, true), args } });
    return id;
  };
  return (lab: WhoLab): Promise<ServerId> => {
    started ??= add(lab);
    return started;
  };
})();
export const aResource = 'demo://resource/dynamic/text/1';

/** What one step made for the next of the same row. */
const kept = new Map<string, never>();
export const keep = <T>(key: string, value: T): T => {
  kept.set(key, value as never);
  return value;
};
export const get = <T>(key: string): T => kept.get(key) as T;
/** First makes a thing, then does something to it. */
export const to = <T>(
  make: (lab: WhoLab) => Promise<T>,
  act: (thing: T, lab: WhoLab) => Promise<unknown>,
  more: Partial<Act> = {},
): Act => {
  const key = `${next()}`;
  return { before: async (lab) => keep(key, await make(lab)), do: (lab) => act(get<T>(key), lab), ...more };
};
export const drain = async (stream: Promise<AsyncIterable<unknown>>): Promise<void> => {
  for await (const _each of await stream);
};
export const by = (lab: WhoLab): HostClient => lab.page;

export const workflow = (lab: WhoLab, document = quick()) => by(lab).workflows.create({ document });
export const ended = async (lab: WhoLab): Promise<RunId> => {
  const { id } = await by(lab).runs.start({ workflow: { document: quick() } });
  await lab.over(id);
  return id;
};
export const going = async (lab: WhoLab): Promise<RunId> => (await by(lab).runs.start({ workflow: { document: slow() } })).id;
export const stop = (lab: WhoLab, id: RunId) => by(lab).runs.cancel({ id });
export const job = async (lab: WhoLab, document = timed()) => {
  const { id } = await workflow(lab, document);
  return by(lab).jobs.turnOn({ workflow: id, node: 't', grant: { tools: [], folders: [] } });
};
export const agent = (lab: WhoLab) =>
  by(lab).agents.create({ draft: { name: name('Agent'), character: '', tools: [], grant: { tools: [], folders: [] }, maxSteps: 3 } });
export const chat = (lab: WhoLab) => by(lab).chat.create({});
export const idle = (lab: WhoLab, id: Awaited<ReturnType<typeof chat>>['id']) =>
  until(
    () => lab.host.runtime.services.ports.store.runs.list({ limit: 50, kind: 'turn' }).every((run) => run.endedAt !== undefined),
    `${id} is idle`,
  );
export const talked = async (lab: WhoLab) => {
  const { id } = await chat(lab);
  const { message } = await by(lab).chat.send({ id, text: 'Hello' });
  await idle(lab, id);
  return { id, message };
};
export const grant = (lab: WhoLab) =>
  by(lab).policy.putGrant({
    draft: {
      subject: { kind: 'everyone' },
      effect: 'deny',
      kind: 'tool-call',
      server: 'files' as ServerId,
      tool: name('none'),
      conditions: {},
    },
  });
export const memory = (lab: WhoLab) => by(lab).memory.add({ draft: { text: name('A fact'), tags: [] } });
export const noteIn = (lab: WhoLab) => by(lab).vault.set({ name: secret(), value: 'a value that nobody sees' });
export const file = (lab: WhoLab, ending: string): string => path.join(lab.folder, `${name('file')}.${ending}`);
export const provider = (lab: WhoLab, id = `p${next()}`) => ({
  config: { id, type: 'ollama' as const, title: 'Another', baseUrl: lab.ollama.url, enabled: true },
});
export const n8n = () => JSON.stringify({ name: name('From n8n'), nodes: [], connections: {} });
export const newest = async (lab: WhoLab) => {
  await memory(lab);
  const [set] = await by(lab).undo.listSets({ limit: 1 });
  if (set === undefined) throw new Error('There is no change set.');
  return set;
};
