// Folders that a person names when a run starts, looked at before it does: a folder that is not there is said at its input,
// not as the failure of some step later.

import { AppError, isCancelled } from '../../shared/errors.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import type { WorkflowDocument } from '../../shared/model/workflow.ts';
import type { Files } from './ports.ts';

/** Throws `input-folder-missing` with the input's name as the place, or with the folder for one that is only granted. */
export async function mustBeThere(
  files: Pick<Files, 'info'>,
  document: WorkflowDocument,
  inputs: Record<string, JsonValue>,
  granted: readonly string[],
): Promise<void> {
  for (const node of document.nodes) {
    if (node.kind !== 'flow.input' || node.config.type !== 'folder' || typeof node.config.name !== 'string') continue;
    const given = inputs[node.config.name];
    // What is not a whole path is the engine's to refuse, in its own words.
    if (typeof given === 'string' && isWholePath(given)) await look(files, given, node.config.name);
  }
  for (const folder of granted) await look(files, folder, folder);
}

const isWholePath = (path: string): boolean => /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path);

async function look(files: Pick<Files, 'info'>, folder: string, place: string): Promise<void> {
  let kind: string;
  try {
    kind = (await files.info(folder, [folder])).kind;
  } catch (error) {
    if (isCancelled(error)) throw error;
    throw new AppError('input-folder-missing', `There is no folder “${folder}” that a run may use.`, {
      place,
      hint: 'Give the whole path of a folder that exists.',
      cause: error,
    });
  }
  if (kind !== 'folder')
    throw new AppError('input-folder-missing', `“${folder}” is not a folder.`, { place, hint: 'Give the folder that it lies in.' });
}
