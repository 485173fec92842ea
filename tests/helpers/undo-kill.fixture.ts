// A process that changes things until it is killed at a named point. For tests: `undo-kill.fixture.ts <point> <data folder> <folder>`.

import { join } from 'node:path';
import type { RunId } from '../../shared/model/ids.ts';
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
