// What started this command, as the system tells it: the programs above it, nearest first. A fact for the log; anything can start it.

import { execFile } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ProgramOrigin } from '../../shared/model/client.ts';

const run = promisify(execFile);
const timeoutMs = 2_000;
/** Shells and runners stand between a program and what it starts. */
const maxAbove = 4;

/** Where the system does not tell, there is only the number of the process. */
export async function originOf(parent: number = process.ppid, platform: NodeJS.Platform = process.platform): Promise<ProgramOrigin> {
  const programs: string[] = [];
  let pid = parent;
  while (pid > 1 && programs.length < maxAbove) {
    const above = await lookAt(pid, platform).catch(() => undefined); // it has ended, or is another user's
    if (above === undefined) break;
    programs.push(above.program.slice(0, 1000));
    pid = above.parent;
  }
  return { process: parent, programs };
}

async function lookAt(pid: number, platform: NodeJS.Platform): Promise<{ program: string; parent: number } | undefined> {
  if (platform === 'linux') {
    // After the name, which stands in brackets and may hold anything: state, then the parent.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { program: readlinkSync(`/proc/${pid}/exe`), parent: Number(fields[1]) };
  }
  if (platform === 'win32') {
    const script = `$p = Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}'; "$($p.ParentProcessId) $($p.ExecutablePath)"`;
    return parse((await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], { timeout: timeoutMs })).stdout);
  }
  return parse((await run('/bin/ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { timeout: timeoutMs })).stdout);
}

function parse(line: string): { program: string; parent: number } | undefined {
  const [, parent, program] = /^\s*(\d+)\s+(\S.*?)\s*$/.exec(line) ?? [];
  return parent === undefined || program === undefined ? undefined : { program, parent: Number(parent) };
}
