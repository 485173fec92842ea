import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import { workflowId } from '../../../../shared/model/ids.ts';
import type { Workflow, WorkflowDocument } from '../../../../shared/model/workflow.ts';
import type { Client } from '../../../api/index.ts';
import { emptyDocument } from '../model/edits.ts';
import { startAutosave } from './autosave.ts';
import { apply, createEditor, type Editor } from './store.ts';

const id = workflowId.parse('w1');

/** Keeps revisions as the runtime does, and lets a test hold a save back. */
function store() {
  const saved: WorkflowDocument[] = [];
  let revision = 1;
  let gate: Promise<void> = Promise.resolve();
  let going = 0;
  let together = 0;
  const save = async (input: { revision: number; document: WorkflowDocument }): Promise<Workflow> => {
    going += 1;
    together = Math.max(together, going);
    await gate;
    going -= 1;
    if (input.revision !== revision) throw new AppError('workflow-changed-elsewhere', 'It was changed elsewhere.');
    revision += 1;
    saved.push(input.document);
    return { ...input.document, id, revision, createdAt: 0, updatedAt: 0 };
  };
  return {
    client: { workflows: { save } } as unknown as Pick<Client, 'workflows'>,
    saved,
    together: () => together,
    changeElsewhere: () => {
      revision += 1;
    },
    hold: () => {
      let open = (): void => undefined;
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
  };
}

const rename = (editor: Editor, name: string) => apply(editor, { type: 'about', name, description: '' });
const open = () => createEditor(emptyDocument('First'), false, { id, revision: 1 });

describe('autosave', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('saves once, a while after the last of several changes', async () => {
    const { client, saved } = store();
    const editor = open();
    const autosave = startAutosave(editor, client);
    for (const name of ['A', 'AB', 'ABC']) rename(editor, name);
    expect(editor.getState().save.kind).toBe('changed');
    await vi.runAllTimersAsync();
    expect(saved.map(({ name }) => name)).toEqual(['ABC']);
    expect(editor.getState()).toMatchObject({ save: { kind: 'saved' }, revision: 2 });
    autosave.stop();
  });

  it('never saves twice at a time, and saves what changed meanwhile', async () => {
    const host = store();
    const editor = open();
    const autosave = startAutosave(editor, host.client);
    const release = host.hold();
    rename(editor, 'A');
    const first = autosave.flush();
    rename(editor, 'B');
    const second = autosave.flush();
    release();
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(host.together()).toBe(1);
    expect(host.saved.at(-1)?.name).toBe('B');
    expect(editor.getState().save.kind).toBe('saved');
    autosave.stop();
  });

  it('overwrites nothing when another window was faster, and keeps the changes here', async () => {
    const host = store();
    const editor = open();
    const autosave = startAutosave(editor, host.client);
    host.changeElsewhere();
    rename(editor, 'Mine');
    expect(await autosave.flush()).toBe(false);
    expect(editor.getState().save.kind).toBe('conflict');
    rename(editor, 'Still mine');
    await vi.runAllTimersAsync();
    expect(host.saved).toEqual([]);
    expect(editor.getState()).toMatchObject({ save: { kind: 'conflict' }, history: { document: { name: 'Still mine' } } });
    autosave.stop();
  });
});
