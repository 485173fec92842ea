// Files in the allowed folders. Text for models, structured lists for workflows.

import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { FileEntry } from '../runtime/ports.ts';
import { defineServer, defineTool } from './define-server.ts';
import { type Glob, globFor } from './glob.ts';

const path = z.string().min(1).max(4096).describe('Full path. `~` is the home folder; a relative path starts in the first allowed folder.');

const entrySchema: JsonObject = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    path: { type: 'string' },
    kind: { type: 'string', enum: ['file', 'folder', 'other'] },
    size: { type: 'number', description: 'Bytes' },
    modifiedAt: { type: 'number', description: 'Milliseconds since 1970' },
    extension: { type: 'string', description: 'Lower case, without the dot; empty when there is none' },
  },
};

const describe = (entry: FileEntry) => ({ ...entry, extension: entry.kind === 'file' ? extensionOf(entry.name) : '' });
const extensionOf = (name: string): string => (name.lastIndexOf('.') > 0 ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '');
const line = (entry: FileEntry): string =>
  entry.kind === 'folder'
    ? `${entry.path}/`
    : `${entry.path} (${entry.size} bytes, ${new Date(entry.modifiedAt).toISOString().slice(0, 16)})`;

const listFolder = defineTool({
  name: 'list_folder',
  title: 'List a folder',
  description: 'Lists files and folders, with size and time of change.',
  input: z.object({
    path,
    recursive: z.boolean().default(false).describe('Also what is in the folders below'),
    limit: z.number().int().min(1).max(5000).default(1000),
    pattern: z.string().max(200).optional().describe('Only names that match, such as `*.md` or `notes/**/*.txt`'),
  }),
  output: {
    type: 'object',
    properties: { entries: { type: 'array', items: entrySchema }, isComplete: { type: 'boolean' } },
    required: ['entries'],
  },
  readOnly: true,
  idempotent: true,
  destructive: false,
  async run(input, { use, folders }) {
    const matches = globFor(input.pattern);
    // A pattern is applied to what was listed, so more is listed than is wanted.
    const all = await use.files.list(input.path, folders, {
      recursive: input.recursive,
      limit: matches === undefined ? input.limit + 1 : 50_000,
    });
    const wanted = matches === undefined ? all : all.filter((entry) => matches(below(all, entry)));
    const entries = wanted.slice(0, input.limit);
    const isComplete = wanted.length <= input.limit;
    const text = entries.length === 0 ? 'Nothing is there.' : entries.map(line).join('\n');
    return {
      text: isComplete ? text : `${text}\n… and more: the first ${input.limit} are shown.`,
      structured: { entries: entries.map(describe), isComplete },
    };
  },
});

/** The part of a path below the listed folder, with `/` between its parts. */
function below(all: readonly FileEntry[], entry: FileEntry): string {
  const shortest = all.reduce(
    (least, each) => (each.path.length - each.name.length < least.path.length - least.name.length ? each : least),
    entry,
  );
  return entry.path.slice(shortest.path.length - shortest.name.length).replaceAll('\\', '/');
}

const readText = defineTool({
  name: 'read_text',
  title: 'Read a text file',
  description: 'Reads a text file, or some of its lines.',
  input: z.object({
    path,
    firstLine: z.number().int().min(1).default(1),
    maxLines: z.number().int().min(1).max(1_000_000).optional(),
    maxBytes: z.number().int().min(1).max(8_000_000).default(1_000_000),
  }),
  output: {
    type: 'object',
    properties: { path: { type: 'string' }, text: { type: 'string' }, lines: { type: 'number' } },
    required: ['text'],
  },
  readOnly: true,
  idempotent: true,
  destructive: false,
  async run(input, { use, folders }) {
    const whole = await use.files.readText(input.path, folders, { maxBytes: input.maxBytes });
    const lines = whole.split('\n');
    const isPart = input.firstLine > 1 || input.maxLines !== undefined;
    const text = isPart
      ? lines.slice(input.firstLine - 1, input.maxLines === undefined ? undefined : input.firstLine - 1 + input.maxLines).join('\n')
      : whole;
    return { text, structured: { path: input.path, text, lines: lines.length } };
  },
});

const writeText = defineTool({
  name: 'write_text',
  title: 'Write a text file',
  description: 'Writes a text file, whole or not at all. Missing folders are made. An existing file is replaced.',
  input: z.object({ path, text: z.string().max(8_000_000) }),
  output: {
    type: 'object',
    properties: { path: { type: 'string' }, bytes: { type: 'number' }, existed: { type: 'boolean' } },
    required: ['bytes'],
  },
  readOnly: false,
  idempotent: true,
  destructive: true,
  async run(input, { use, folders, changes }) {
    const { bytes, existed } = await use.files.writeText(input.path, input.text, folders, { changes });
    return { text: `${existed ? 'Replaced' : 'Wrote'} ${input.path} (${bytes} bytes).`, structured: { path: input.path, bytes, existed } };
  },
});

const searchText = defineTool({
  name: 'search_text',
  title: 'Search in files',
  description: 'Finds lines that contain a text, in the text files of a folder and those below.',
  input: z.object({
    path,
    text: z.string().min(1).max(1000).describe('What the line contains; not a regular expression'),
    pattern: z.string().max(200).optional().describe('Only files that match, such as `*.md`'),
    caseSensitive: z.boolean().default(false),
    limit: z.number().int().min(1).max(1000).default(100),
  }),
  output: {
    type: 'object',
    properties: { matches: { type: 'array', items: { type: 'object' } }, filesRead: { type: 'number' }, isComplete: { type: 'boolean' } },
  },
  readOnly: true,
  idempotent: true,
  destructive: false,
  async run(input, { use, folders, signal, progress }) {
    const all = await use.files.list(input.path, folders, { recursive: true, limit: 20_000 });
    const glob: Glob = globFor(input.pattern) ?? (() => true);
    const files = all.filter((entry) => entry.kind === 'file' && entry.size <= 2_000_000 && glob(below(all, entry)));
    const fold = (text: string) => (input.caseSensitive ? text : text.toLowerCase());
    const wanted = fold(input.text);
    const matches: { path: string; line: number; text: string }[] = [];
    let filesRead = 0;
    for (const file of files) {
      if (signal.aborted) throw new AppError('cancelled', 'The search was stopped.');
      if (matches.length > input.limit) break;
      const text = await readOrSkip(() => use.files.readText(file.path, folders, { maxBytes: 2_000_000 }));
      if (text === undefined) continue;
      filesRead += 1;
      if (filesRead % 100 === 0) progress({ done: filesRead, total: files.length });
      for (const [index, each] of text.split('\n').entries())
        if (fold(each).includes(wanted)) matches.push({ path: file.path, line: index + 1, text: each.trim().slice(0, 300) });
    }
    const shown = matches.slice(0, input.limit);
    const text =
      shown.length === 0
        ? `Nothing found in ${filesRead} files.`
        : shown.map((each) => `${each.path}:${each.line}: ${each.text}`).join('\n');
    return { text, structured: { matches: shown, filesRead, isComplete: matches.length <= input.limit && all.length < 20_000 } };
  },
});

/** Files that are no text, or gone or closed meanwhile, are passed over in a search. */
async function readOrSkip(read: () => Promise<string>): Promise<string | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AppError && ['file-not-text', 'file-not-found', 'file-not-permitted', 'file-too-large'].includes(error.code))
      return undefined;
    throw error;
  }
}

const fileInfo = defineTool({
  name: 'file_info',
  title: 'Facts about a file',
  description: 'Size, kind and time of change of one file or folder.',
  input: z.object({ path }),
  output: entrySchema,
  readOnly: true,
  idempotent: true,
  destructive: false,
  async run(input, { use, folders }) {
    const entry = await use.files.info(input.path, folders);
    return { text: line(entry), structured: describe(entry) };
  },
});

const createFolder = defineTool({
  name: 'create_folder',
  title: 'Create a folder',
  description: 'Creates a folder, with its missing parents.',
  input: z.object({ path }),
  output: { type: 'object', properties: { path: { type: 'string' }, existed: { type: 'boolean' } } },
  readOnly: false,
  idempotent: true,
  destructive: false,
  async run(input, { use, folders, changes }) {
    const { existed } = await use.files.createFolder(input.path, folders, { changes });
    return { text: existed ? `${input.path} was already there.` : `Created ${input.path}.`, structured: { path: input.path, existed } };
  },
});

const moveFile = defineTool({
  name: 'move_file',
  title: 'Move or rename',
  description: 'Moves or renames a file or folder. Nothing is overwritten unless asked.',
  input: z.object({ from: path, to: path, overwrite: z.boolean().default(false) }),
  output: { type: 'object', properties: { from: { type: 'string' }, to: { type: 'string' } } },
  readOnly: false,
  idempotent: false,
  destructive: true,
  async run(input, { use, folders, changes }) {
    await use.files.move(input.from, input.to, folders, { overwrite: input.overwrite, changes });
    return { text: `Moved ${input.from} to ${input.to}.`, structured: { from: input.from, to: input.to } };
  },
});

const deleteFile = defineTool({
  name: 'delete_file',
  title: 'Delete a file',
  description: 'Deletes a file, or a folder that is empty. What a file held is kept for undo, up to 64 MB.',
  input: z.object({ path }),
  output: { type: 'object', properties: { path: { type: 'string' } } },
  readOnly: false,
  idempotent: false,
  destructive: true,
  async run(input, { use, folders, changes }) {
    await use.files.remove(input.path, folders, { changes });
    return { text: `Deleted ${input.path}.`, structured: { path: input.path } };
  },
});

export const filesServer = defineServer({
  id: 'files',
  title: 'Files',
  description: 'Reads and writes files in the folders you allow.',
  needs: ['files'],
  tools: [listFolder, readText, writeText, searchText, fileInfo, createFolder, moveFile, deleteFile],
});
