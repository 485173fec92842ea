// The process whose disk is cut: it writes to a real store as a busy host does and says on stdout, one line each, what was promised.
// `run <id>`, `event <run> <seq> <hash of its JSON>`, `memory <id>`, `audit <seq>`; `going <run>` says that a run is about to be removed.

import { writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sha256Of } from '../../electron/adapters/blobs/blob-store.ts';
import { makeBackup } from '../../electron/adapters/sqlite/backups.ts';
import { type OpenedStore, openStore } from '../../electron/adapters/sqlite/open.ts';
import { auditLine } from '../../shared/model/audit-line.ts';
import type { MemoryId, RunId } from '../../shared/model/ids.ts';
import type { RunEvent } from '../../shared/model/run.ts';
import { seeded } from '../contract/wire-fuzz.ts';

const [folder = '', seedText = '1'] = process.argv.slice(2);
const random = seeded(Number(seedText));
const say = (line: string): void => void writeSync(1, `${line}\n`);
const lives = 3;
const runsAtOnce = 4;
const eventsOfRun = 30;

const payload = (): string => {
  const luck = random();
  // Large ones, some of them the same again; the rest stays in rows.
  const length = luck < 0.08 ? 17_000 + Math.floor(random() * 60_000) : luck < 0.12 ? 20_000 : Math.floor(random() * 2000);
  const letter = luck >= 0.08 && luck < 0.12 ? 'same' : random().toString(36).slice(2);
  return letter.repeat(Math.ceil(length / letter.length)).slice(0, length);
};

async function write({ store }: OpenedStore, id: RunId): Promise<void> {
  store.runs.create({
    id,
    title: `Run ${id}`,
    kind: 'workflow',
    origin: { kind: 'manual', by: 'cli' },
    startedAt: Date.now(),
    inputs: {},
    grant: { tools: [], folders: [] },
  });
  await store.runs.starting?.(id)?.durable;
  say(`run ${id}`);
  const promises: Promise<void>[] = [];
  const append = (event: RunEvent): Promise<void> => {
    const { seq, durable, kept } = store.runs.append(id, event);
    const told = durable.then(() => say(`event ${id} ${seq} ${sha256Of(JSON.stringify(kept ?? event))}`));
    promises.push(told);
    return told;
  };
  for (let i = 0; i < eventsOfRun; i += 1) {
    const step = { at: i, step: `s${i}`, node: 'n', attempt: 1 };
    void append({ type: 'step-start', ...step });
    const done = append({ type: 'step-done', ...step, ms: 0, outputs: { out: payload() } });
    // Some are waited for, as effects are; others run ahead.
    if (random() < 0.5) await done;
    else if (random() < 0.3) await nextTurn();
  }
  await append({ type: 'run-end', at: eventsOfRun, status: 'done', outputs: { all: payload() } });
  await Promise.all(promises);
}

/** The log beside it: by the main thread and by its own, anchored now and then. */
async function log({ store }: OpenedStore): Promise<void> {
  for (let i = 0; i < 12; i += 1) {
    const count = 1 + Math.floor(random() * 40);
    const lines = Array.from({ length: count }, (_, n) =>
      auditLine(
        { kind: 'call', actor: { kind: 'app', name: 'Orrery' }, what: `thing ${i}`, outcome: 'done', reason: payload().slice(0, 500) },
        n,
      ),
    );
    await new Promise<void>((resolve) => {
      store.audit.send(lines, (result) => {
        if ('last' in result) say(`audit ${result.last}`);
        resolve();
      });
    });
    if (random() < 0.3) await store.audit.anchor();
  }
}

// The log's thread does not keep a process that has nothing else to do.
setInterval(() => undefined, 1000);
for (let life = 0; life < lives; life += 1) {
  const opened = openStore({ folder, auditLimits: { threadFrom: 20, idleMs: 60_000 } });
  const ids = Array.from({ length: runsAtOnce }, (_, i) => `r${life}-${i}` as RunId);
  await Promise.all([log(opened), ...ids.map((id) => write(opened, id))]);
  const memory = `m${life}` as MemoryId;
  opened.store.memory.put({
    id: memory,
    text: payload().slice(0, 1000),
    tags: ['t'],
    source: { kind: 'person' },
    createdAt: 1,
    updatedAt: 1,
  });
  say(`memory ${memory}`);
  if (life === 1) {
    await makeBackup(folder);
    for (const id of ids.slice(0, 2)) {
      say(`going ${id}`);
      opened.store.runs.remove(id);
    }
    await opened.store.runs.compact({ perWorkflow: 1 });
  }
  // The last one ends suddenly, with its log still there.
  if (life === lives - 1) {
    say('end');
    process.kill(process.pid, 'SIGKILL');
  }
  await opened.close();
}
