// Can this file be run here? Answers in words before anything is started, by its permission bits and its first bytes, because
// the errors of the system ("ENOENT" for a missing interpreter, "ENOEXEC") say too little.

import { accessSync, constants, statSync } from 'node:fs';
import { basename } from 'node:path';
import { readSmallFile } from '../../small-file.ts';
import { StartError } from './start-error.ts';

const elfMachines: Record<number, string> = {
  3: 'ia32',
  8: 'mips',
  20: 'ppc',
  21: 'ppc64',
  22: 's390x',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};
const machCpus: Record<number, string> = { 16777223: 'x64', 16777228: 'arm64', 7: 'ia32', 12: 'arm' };
const peMachines: Record<number, string> = { 34404: 'x64', 332: 'ia32', 43620: 'arm64', 448: 'arm' };
export const systems = { elf: 'Linux', mach: 'macOS', pe: 'Windows' } as const;
const platforms: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };
/** As people call it: `Linux on x64`. */
export const thisMachine = `${platforms[process.platform] ?? process.platform} on ${process.arch}`;

export type Header =
  | { kind: 'elf' | 'mach' | 'pe'; arch: string; also?: string[] }
  | { kind: 'script'; interpreter: string; argument: string | undefined }
  | { kind: 'other' };

/** What the first bytes of a program say of it. */
export function readHeader(bytes: Buffer): Header {
  if (bytes.length >= 20 && bytes.readUInt32BE(0) === 0x7f454c46) {
    const machine = bytes[5] === 2 ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18);
    return { kind: 'elf', arch: elfMachines[machine] ?? `machine ${machine}` };
  }
  if (bytes.length >= 8 && (bytes.readUInt32LE(0) === 0xfeedfacf || bytes.readUInt32LE(0) === 0xfeedface)) {
    const cpu = bytes.readUInt32LE(4);
    return { kind: 'mach', arch: machCpus[cpu] ?? `cpu ${cpu}` };
  }
  if (bytes.length >= 8 && bytes.readUInt32BE(0) === 0xcafebabe && bytes.readUInt32BE(4) < 20) {
    const found: string[] = [];
    for (let i = 0; i < bytes.readUInt32BE(4) && 8 + i * 20 + 4 <= bytes.length; i += 1)
      found.push(machCpus[bytes.readUInt32BE(8 + i * 20)] ?? 'other');
    return { kind: 'mach', arch: found[0] ?? 'other', also: found };
  }
  if (bytes.length >= 64 && bytes.toString('latin1', 0, 2) === 'MZ') {
    const at = bytes.readUInt32LE(60);
    const machine = at + 6 <= bytes.length ? bytes.readUInt16LE(at + 4) : 0;
    return { kind: 'pe', arch: peMachines[machine] ?? `machine ${machine}` };
  }
  const first = bytes.toString('utf8', 0, 512).split('\n', 1)[0] ?? '';
  const script = /^#!\s*(\S+)(?:\s+(.*?))?\s*$/.exec(first);
  if (script?.[1] !== undefined) return { kind: 'script', interpreter: script[1], argument: script[2] };
  return { kind: 'other' };
}

export const headerOf = (path: string): Header => readHeader(firstBytes(path));

/** Throws StartError `not-executable`, `wrong-architecture` or, for a script, `not-found` of its interpreter. */
export function checkExecutable(path: string, findCommand: (name: string) => string | undefined): void {
  if (statSync(path).isDirectory())
    throw new StartError('not-executable', `“${path}” is a folder.`, 'Name the program inside it as the command.');
  if (process.platform !== 'win32') {
    try {
      accessSync(path, constants.X_OK);
    } catch {
      throw new StartError('not-executable', `“${path}” is there, but may not be run.`, `Allow it with: chmod +x '${path}'`);
    }
  }
  const header = headerOf(path);
  switch (header.kind) {
    case 'other':
      return;
    case 'script':
      checkInterpreter(path, header, findCommand);
      return;
    default:
      checkMachine(path, header);
  }
}

function firstBytes(path: string): Buffer {
  try {
    return readSmallFile(path, 4096);
  } catch {
    return Buffer.alloc(0); // a program may be run without being readable
  }
}

function checkMachine(path: string, header: { kind: 'elf' | 'mach' | 'pe'; arch: string; also?: string[] }): void {
  const here = process.platform === 'win32' ? 'pe' : process.platform === 'darwin' ? 'mach' : 'elf';
  const all = header.also ?? [header.arch];
  const hint = `Install the build of it for ${thisMachine}.`;
  if (header.kind !== here)
    throw new StartError('wrong-architecture', `“${path}” is a program for ${systems[header.kind]}, and this is ${systems[here]}.`, hint);
  // Both Apple and Microsoft run x64 programs on arm64; every 64-bit x64 system may run 32-bit ones.
  const runs = new Set([
    process.arch,
    ...(process.arch === 'x64' ? ['ia32'] : []),
    ...(here !== 'elf' && process.arch === 'arm64' ? ['x64', 'ia32'] : []),
  ]);
  if (!all.some((arch) => runs.has(arch)))
    throw new StartError('wrong-architecture', `“${path}” is built for ${all.join(', ')}, and this machine is ${process.arch}.`, hint);
}

function checkInterpreter(
  path: string,
  header: { interpreter: string; argument: string | undefined },
  findCommand: (name: string) => string | undefined,
): void {
  if (process.platform === 'win32') return;
  const wanted = basename(header.interpreter) === 'env' ? header.argument?.replace(/^-S\s+/, '').split(/\s+/)[0] : undefined;
  if (wanted !== undefined && wanted !== '' && !wanted.includes('=') && !wanted.startsWith('-')) {
    if (findCommand(wanted) === undefined)
      throw new StartError(
        'not-found',
        `“${path}” is run by “${wanted}”, which was not found.`,
        `Install ${wanted}, or name its full path as the command.`,
      );
    return;
  }
  try {
    accessSync(header.interpreter, constants.X_OK);
  } catch {
    throw new StartError(
      'not-found',
      `“${path}” is run by “${header.interpreter}”, which is not there.`,
      'Install it, or mend the first line of the file.',
    );
  }
}
