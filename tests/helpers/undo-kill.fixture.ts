// A process that changes things until it is killed at a named point. For tests: `undo-kill.fixture.ts <point> <data folder> <folder>`.

import { join } from 'node:path';
import { agent as agentShape } from '../../shared/model/agent.ts';
import type { MemoryId, RunId } from '../../shared/model/ids.ts';
import { undoLab } from './undo-lab.ts';

const [point = '', dataFolder = '', folder = ''] = process.argv.slice(2);
const lab = undoLab({ dataFolder, keepFolder: true });
const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
};
const by = { actor: { kind: 'agent' as const, name: 'Librarian' }, run: 'run-1' as RunId, runTitle: 'Tidy' };
const { changes } = lab.opened.store;

/** Dies when this method of the store of changes is called, before or after its work. */
function dieAt(method: 'insert' | 'insertSoon' | 'settle' | 'setUndone' | 'dropUndo', when: 'before' | 'after', nth = 1): void {
  const real = changes[method] as (...args: unknown[]) => unknown;
  let calls = 0;
  Object.assign(changes, {
    [method]: (...args: unknown[]) => {
      calls += 1;
      if (calls === nth && when === 'before') die();
      const result = real(...args);
      if (calls === nth && when === 'after') return result instanceof Promise ? result.then(die) : die();
      return result;
    },
  });
}

/** 39 memory items, a setting, and an agent that a person has changed since. */
function makeThings(): void {
  const at = Date.now();
  const agent = agentShape.parse({ id: 'a-1', name: 'By the run', createdAt: at, updatedAt: at });
  lab.undo.as(by, () => {
    lab.store.agents.put(agent);
    lab.settings.change({ folders: ['/tmp'] });
    for (let i = 0; i < 39; i += 1)
      lab.store.memory.put({
        ...{ id: `m-${i}` as MemoryId, text: `Note ${i}`, tags: ['run'], source: { kind: 'person' }, createdAt: at, updatedAt: at },
      });
  });
  lab.store.agents.put({ ...agent, name: 'By hand' });
}

const write = () => lab.files.writeText(join(folder, 'a.txt'), 'after', [folder], { changes: lab.undo.recorder(by) });
switch (point) {
  case 'write-before-row':
    dieAt('insertSoon', 'before');
    await write();
    break;
  case 'write-before-effect':
    dieAt('insertSoon', 'after');
    await write();
    break;
  case 'write-after-effect':
    dieAt('settle', 'before');
    await write();
    break;
  case 'delete-after-effect':
    dieAt('settle', 'before');
    await lab.files.remove(join(folder, 'a.txt'), [folder], { changes: lab.undo.recorder(by) });
    break;
  case 'move-before-effect':
    dieAt('insertSoon', 'after');
    await lab.files.move(join(folder, 'a.txt'), join(folder, 'b.txt'), [folder], { changes: lab.undo.recorder(by) });
    break;
  case 'move-after-effect':
    dieAt('settle', 'before');
    await lab.files.move(join(folder, 'a.txt'), join(folder, 'b.txt'), [folder], { changes: lab.undo.recorder(by) });
    break;
  case 'setting-before-effect':
    dieAt('insert', 'after');
    lab.settings.change({ folders: ['/tmp'] });
    break;
  case 'setting-after-effect':
    dieAt('settle', 'before');
    lab.settings.change({ folders: ['/tmp'] });
    break;
  case 'undo-between':
    await write();
    await lab.files.writeText(join(folder, 'b.txt'), 'new', [folder], { changes: lab.undo.recorder(by) });
    dieAt('setUndone', 'after');
    await lab.undo.undo({ run: 'run-1' as RunId }, {});
    break;
  case 'undo-of-many':
  case 'undo-of-many-rows':
    for (let i = 0; i < 40; i += 1)
      await lab.files.writeText(join(folder, `n${i}.txt`), 'new', [folder], { changes: lab.undo.recorder(by) });
    // Others of the same commit are under way then.
    if (point === 'undo-of-many') dieAt('settle', 'before', 5);
    else dieAt('insertSoon', 'after', 5);
    await lab.undo.undo({ run: 'run-1' as RunId }, {});
    break;
  case 'undo-of-things':
  case 'undo-of-things-rows':
    makeThings();
    // Nothing of it is synced by itself, and what was committed is there all the same.
    if (point === 'undo-of-things') dieAt('settle', 'before', 17);
    else dieAt('insert', 'after', 17);
    await lab.undo.undo({ run: 'run-1' as RunId }, {});
    break;
  case 'undo-before-mark':
    await write();
    dieAt('setUndone', 'before');
    await lab.undo.undo({ run: 'run-1' as RunId }, {});
    break;
  case 'folder-call': {
    const finish = await lab.undo.compare({ by, folders: [folder], keep: true, signal: new AbortController().signal });
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'a.txt'), 'by the server');
    writeFileSync(join(folder, 'new.txt'), 'by the server');
    die();
    await finish();
    break;
  }
  default:
    throw new Error(`There is no point “${point}”.`);
}
throw new Error(`It was not killed at “${point}”.`);
