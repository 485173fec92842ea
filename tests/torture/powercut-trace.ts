// Runs a process under strace and reads what it asked of a folder's files, in order.

import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Disk, type DiskOp } from './powercut-disk.ts';

const calls =
  'openat,open,creat,write,pwrite64,writev,pwritev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,link,linkat';

/** Resolves when it has killed itself. Rejects with its last words when it ended otherwise. */
export async function record(command: readonly string[], trace: string): Promise<void> {
  const args = ['-f', '-y', '-xx', '-s', '16777216', '-e', `trace=${calls}`, '--signal=none', '-o', trace, ...command];
  const child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-2000);
  });
  const end = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? String(code)));
  });
  // strace ends as its process does, and that one kills itself at last.
  if (end !== 'SIGKILL') throw new Error(`The recorded process ended with ${end}.\n${words}`);
}

const text = (hex: string): string => bytes(hex).toString();
const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');
const hexText = '([\\\\x0-9a-f]*)';
const onFile = new RegExp(`^\\d+<${hexText}>(?:\\(deleted\\))?`);

/** Operations on files below `root`, and what the process said on stdout. */
export async function readTrace(trace: string, root: string): Promise<DiskOp[]> {
  const ops: DiskOp[] = [];
  const disk = new Disk();
  const begun = new Map<string, { head: string; index: number }>();
  const add = (op: DiskOp | undefined): void => {
    if (op === undefined) return;
    ops.push(op);
    disk.apply(op);
  };
  for await (const line of createInterface({ input: createReadStream(trace) })) {
    const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/s.exec(line) ?? [];
    const unfinished = / ?<unfinished \.\.\.>$/;
    if (unfinished.test(rest)) {
      begun.set(pid, { head: rest.replace(unfinished, ''), index: ops.length });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/s.exec(rest);
    const before = begun.get(pid);
    const whole = resumed === null ? rest : `${before?.head ?? ''}${resumed[1] ?? ''}`;
    begun.delete(pid);
    const failed = / = -1 /.test(whole.slice(-200));
    if (!failed) add(opOf(whole, root, disk, resumed === null ? ops.length : (before?.index ?? ops.length)));
  }
  return ops;
}

function opOf(call: string, root: string, disk: Disk, begin: number): DiskOp | undefined {
  const [, name = '', args = ''] = /^(\w+)\((.*)$/s.exec(call) ?? [];
  const below = (file: string): string | undefined =>
    file === root ? '' : file.startsWith(`${root}/`) ? file.slice(root.length + 1) : undefined;
  const fd = onFile.exec(args);
  const file = fd === null ? undefined : below(text(fd[1] ?? '').replace(/ \(deleted\)$/, ''));
  const pathsIn = () => [...args.matchAll(new RegExp(`"${hexText}"`, 'g'))].map((match) => below(text(match[1] ?? '')));
  switch (name) {
    case 'write': {
      const data = bytes(new RegExp(`, "${hexText}"`).exec(args)?.[1] ?? '');
      if (args.startsWith('1<')) return { kind: 'said', text: data.toString() };
      return file === undefined ? undefined : { kind: 'write', path: file, at: disk.lengthOf(file), data };
    }
    case 'pwrite64': {
      const [, hex = '', size, at] = new RegExp(`, "${hexText}", (\\d+), (\\d+)\\)`).exec(args) ?? [];
      if (file === undefined) return undefined;
      const data = bytes(hex);
      if (data.length !== Number(size)) throw new Error(`The trace holds only a part of a write: ${call.slice(0, 200)}`);
      return { kind: 'write', path: file, at: Number(at), data };
    }
    case 'ftruncate':
      return file === undefined ? undefined : { kind: 'truncate', path: file, size: Number(/>, (\d+)\)/.exec(args)?.[1]) };
    case 'fsync':
    case 'fdatasync':
      return file === undefined ? undefined : { kind: 'sync', path: file, begin };
    case 'open':
    case 'openat':
    case 'creat':
      // The product truncates only what it has just made.
      return args.includes('O_CREAT') ? onPath('create', pathsIn()) : undefined;
    case 'mkdir':
    case 'mkdirat':
      return onPath('folder', pathsIn());
    case 'rename':
    case 'renameat':
    case 'renameat2':
      return onPaths('rename', pathsIn());
    case 'link':
    case 'linkat':
      return onPaths('link', pathsIn());
    case 'unlink':
    case 'unlinkat':
      return onPath('unlink', pathsIn());
    default:
      if (file !== undefined) throw new Error(`The trace has a call that is not understood: ${call.slice(0, 200)}`);
      return undefined;
  }
}

const onPath = (kind: 'create' | 'folder' | 'unlink', [path]: (string | undefined)[]): DiskOp | undefined =>
  path === undefined ? undefined : { kind, path };
const onPaths = (kind: 'rename' | 'link', [path, to]: (string | undefined)[]): DiskOp | undefined =>
  path === undefined || to === undefined ? undefined : { kind, path, to };
