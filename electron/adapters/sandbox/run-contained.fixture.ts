// A host of its own for a test, so that it can be another user: wraps what it is told, runs it, and says what came of it.

import { spawn } from 'node:child_process';
import { createSandbox, type Launchable, type SandboxConnection, type SandboxReach } from './sandbox.ts';

const { plan, reach, closed } = JSON.parse(process.argv[2] ?? '') as { plan: Launchable; reach: SandboxReach; closed: string[] };
const rows: SandboxConnection[] = [];
const log = { warn: () => undefined, debug: () => undefined };
const resolve = async (host: string) => [host === 'meta.example.com' ? '169.254.169.254' : '127.0.0.1'];
const sandbox = createSandbox({ log, closed, onConnection: (row) => rows.push(row), resolve });
const wrapped = await sandbox.wrap(plan, reach);
const child = spawn(wrapped.file, wrapped.args, {
  env: wrapped.env,
  cwd: wrapped.cwd,
  stdio: ['ignore', 'pipe', 'inherit', 'pipe', 'pipe'],
});
(child.stdio[3] as unknown as { end(text: string): void }).end((wrapped.told ?? []).map((each) => `${each}\0`).join(''));
let out = '';
(child.stdio[4] as unknown as { end(bytes: Buffer): void }).end(wrapped.filter ?? Buffer.alloc(0));
child.stdout?.on('data', (chunk) => {
  out += String(chunk);
});
child.once('close', async () => {
  await sandbox.close();
  console.log(JSON.stringify({ out: out === '' ? null : JSON.parse(out), rows, uid: process.getuid?.() }));
});
