// Whether a call can be taken back, said before it is made.

import type { JsonObject } from '../../../shared/model/json.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import type { Files } from '../ports.ts';
import { maxImageBytes, megabytes } from './recorder.ts';
import type { FolderSnapshots } from './undo-ports.ts';

/** What is kept of a folder before a call; the adapter keeps to the same. */
export const folderCaps = { files: 20_000, bytes: 200 * 1024 * 1024, fileBytes: maxImageBytes };

export interface UndoWords {
  undoable: boolean;
  words: string;
}

export async function describeUndo(
  ports: { files: Partial<Pick<Files, 'info'>>; snapshots?: Pick<FolderSnapshots, 'isTooLarge'> | undefined },
  call: { tool: ToolInfo; builtIn: boolean; args: JsonObject; folders: readonly string[] },
): Promise<UndoWords> {
  const { tool, builtIn, args } = call;
  if (!builtIn) return others(call.folders, await largeOnes(ports.snapshots, call.folders));
  const { files } = ports;
  // Reading the web changes nothing here, but what the request says has left this machine.
  if (tool.readOnly && tool.server !== 'web') return { undoable: true, words: 'It changes nothing.' };
  if (tool.server === 'memory') return { undoable: true, words: 'Can be undone.' };
  if (tool.server === 'files') {
    const path = args.path ?? (args.overwrite === true ? args.to : undefined);
    const size = typeof path === 'string' ? await sizeOf(files, path, call.folders) : 0;
    if (size <= maxImageBytes) return { undoable: true, words: 'Can be undone.' };
    return { undoable: false, words: `Cannot be undone: the file has ${megabytes(size)}, and up to ${megabytes(maxImageBytes)} are kept.` };
  }
  if (tool.server === 'web') {
    const isRead = ['GET', 'HEAD', undefined].includes(args.method as string | undefined);
    return { undoable: false, words: isRead ? 'The other side learns what is asked for.' : 'What is sent cannot be taken back.' };
  }
  return { undoable: false, words: 'Cannot be undone.' };
}

function others(folders: readonly string[], large: readonly string[]): UndoWords {
  if (folders.length === 0)
    return { undoable: false, words: 'Cannot be undone: this tool is not Orrery’s own, and what it does is not seen.' };
  const files = folderCaps.files.toLocaleString('en');
  if (large.length > 0)
    return {
      undoable: false,
      words: `${large.map((each) => `“${each}”`).join(' and ')} ${large.length === 1 ? 'has' : 'have'} more than ${files} files: what it adds there is neither recorded nor can it be undone, only what it changes or removes of the first ${files}. Anything else it does cannot be undone.`,
    };
  const where = folders.length === 1 ? folders[0] : `${folders.length} folders`;
  return {
    undoable: false,
    words: `Only its changes of files in ${where} can be undone (up to ${files} files and ${megabytes(folderCaps.bytes)}). Anything else it does cannot.`,
  };
}

/** Nobody waits longer for this before a question; then it says what holds for every folder. */
const lookMs = 3_000;

/** Those with more files than are compared. One that cannot be looked at is none of them: the call itself will say. */
async function largeOnes(snapshots: Pick<FolderSnapshots, 'isTooLarge'> | undefined, folders: readonly string[]): Promise<string[]> {
  if (snapshots === undefined) return [];
  const signal = AbortSignal.timeout(lookMs);
  const is = await Promise.all(folders.map((folder) => snapshots.isTooLarge(folder, { signal }).catch(() => false)));
  return folders.filter((_, at) => is[at]);
}

/** A file that is not there, or cannot be looked at, has nothing to keep; the call itself will say. */
async function sizeOf(files: Partial<Pick<Files, 'info'>>, path: string, folders: readonly string[]): Promise<number> {
  try {
    return (await files.info?.(path, folders))?.size ?? 0;
  } catch {
    return 0;
  }
}
