// A disk that forgets, rebuilt from what a real process asked of it (strace): what was synced is there, of what was not any part
// may be, torn at sectors. Names are kept apart from contents: a folder's changes last in order, but only when it was synced.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Random } from '../contract/wire-fuzz.ts';

/** Paths are relative to the recorded folder. */
export type DiskOp =
  | { kind: 'write'; path: string; at: number; data: Buffer }
  | { kind: 'truncate'; path: string; size: number }
  | { kind: 'create'; path: string }
  | { kind: 'folder'; path: string }
  | { kind: 'rename'; path: string; to: string }
  | { kind: 'link'; path: string; to: string }
  | { kind: 'unlink'; path: string }
  /** Covers what was done before it began. */
  | { kind: 'sync'; path: string; begin: number }
  /** The process said so. */
  | { kind: 'said'; text: string };

type Change = { index: number; at: number; data: Buffer } | { index: number; size: number };
interface Inode {
  synced: Buffer;
  pending: Change[];
}
type NameChange = { index: number; name: string; inode: Inode | undefined; also?: { name: string; inode: undefined } };
interface Folder {
  synced: Map<string, Inode>;
  now: Map<string, Inode>;
  pending: NameChange[];
}

const sector = 512;

export class Disk {
  readonly #folders = new Map<string, Folder>([['', newFolder()]]);
  #index = 0;

  apply(op: DiskOp): void {
    const index = this.#index;
    this.#index += 1;
    switch (op.kind) {
      case 'write':
        this.#inodeOf(op.path)?.pending.push({ index, at: op.at, data: op.data });
        return;
      case 'truncate':
        this.#inodeOf(op.path)?.pending.push({ index, size: op.size });
        return;
      case 'create':
        if (this.#inodeOf(op.path) === undefined) this.#name(index, op.path, { synced: Buffer.alloc(0), pending: [] });
        return;
      case 'folder':
        // Folders themselves are taken to last: their makers sync the parents, and losing one only loses names in it too.
        if (!this.#folders.has(op.path)) this.#folders.set(op.path, newFolder());
        return;
      case 'rename':
      case 'link':
        this.#move(index, op);
        return;
      case 'unlink':
        this.#name(index, op.path, undefined);
        return;
      case 'sync':
        this.#sync(op.path, op.begin);
        return;
      case 'said':
        return;
    }
  }

  /** Bytes of a file as the process sees them, for writes at its end. */
  lengthOf(file: string): number {
    const inode = this.#inodeOf(file);
    if (inode === undefined) return 0;
    return inode.pending.reduce(
      (size, each) => ('size' in each ? each.size : Math.max(size, each.at + each.data.length)),
      inode.synced.length,
    );
  }

  /** What is found after a cut at this moment, written to a real folder. */
  materialise(target: string, random: Random): void {
    for (const [name, folder] of this.#folders) {
      mkdirSync(path.join(target, name), { recursive: true });
      const names = new Map(folder.synced);
      // Whatever comes from a cache reaches the disk in order, but nobody knows how far it got.
      for (const change of folder.pending.slice(0, Math.floor(random() * (folder.pending.length + 1)))) rename(names, change);
      // Of its owner alone, as all of them are made: a key that others could read is not used.
      for (const [file, inode] of names)
        if (!file.endsWith('-shm')) writeFileSync(path.join(target, name, file), contentAfterCut(inode, random), { mode: 0o600 });
    }
  }

  #folderOf(file: string): Folder {
    const name = folderName(file);
    const known = this.#folders.get(name);
    if (known !== undefined) return known;
    const made = newFolder();
    this.#folders.set(name, made);
    return made;
  }

  #inodeOf(file: string): Inode | undefined {
    return this.#folderOf(file).now.get(path.basename(file));
  }

  #name(index: number, file: string, inode: Inode | undefined): void {
    const folder = this.#folderOf(file);
    const change: NameChange = { index, name: path.basename(file), inode };
    rename(folder.now, change);
    folder.pending.push(change);
  }

  /** Within one folder a rename is one change; the product moves nothing between folders that must last. */
  #move(index: number, op: { kind: 'rename' | 'link'; path: string; to: string }): void {
    const inode = this.#inodeOf(op.path);
    if (inode === undefined) return;
    if (op.kind === 'rename' && folderName(op.path) === folderName(op.to)) {
      const folder = this.#folderOf(op.to);
      const change: NameChange = {
        index,
        name: path.basename(op.to),
        inode,
        also: { name: path.basename(op.path), inode: undefined },
      };
      rename(folder.now, change);
      folder.pending.push(change);
      return;
    }
    this.#name(index, op.to, inode);
    if (op.kind === 'rename') this.#name(index, op.path, undefined);
  }

  #sync(file: string, begin: number): void {
    const folder = this.#folders.get(file);
    if (folder !== undefined) {
      for (const change of folder.pending) if (change.index < begin) rename(folder.synced, change);
      folder.pending = folder.pending.filter((change) => change.index >= begin);
      return;
    }
    const inode = this.#inodeOf(file);
    if (inode === undefined) return;
    for (const change of inode.pending) if (change.index < begin) inode.synced = applied(inode.synced, change);
    inode.pending = inode.pending.filter((change) => change.index >= begin);
  }
}

const newFolder = (): Folder => ({ synced: new Map(), now: new Map(), pending: [] });
const folderName = (file: string): string => (path.dirname(file) === '.' ? '' : path.dirname(file));

function rename(names: Map<string, Inode>, { name, inode, also }: NameChange): void {
  if (inode === undefined) names.delete(name);
  else names.set(name, inode);
  if (also !== undefined) names.delete(also.name);
}

function applied(content: Buffer, change: Change): Buffer {
  if ('size' in change) {
    const cut = Buffer.alloc(change.size);
    content.copy(cut, 0, 0, Math.min(content.length, change.size));
    return cut;
  }
  const end = change.at + change.data.length;
  // In place where it fits: nothing else holds on to it.
  const grown = end > content.length ? Buffer.concat([content, Buffer.alloc(end - content.length)]) : content;
  change.data.copy(grown, change.at);
  return grown;
}

/** Each unsynced change reached the disk whole, in part (whole sectors), or not at all, in any order. */
function contentAfterCut(inode: Inode, random: Random): Buffer {
  let content: Buffer = Buffer.from(inode.synced);
  for (const change of inode.pending) {
    const luck = random();
    if (luck < 0.4) continue;
    if ('size' in change || luck < 0.9) {
      content = applied(content, change);
      continue;
    }
    const sectors = Math.floor(random() * (Math.floor(change.data.length / sector) + 1));
    if (sectors > 0) content = applied(content, { ...change, data: change.data.subarray(0, sectors * sector) });
  }
  return content;
}
