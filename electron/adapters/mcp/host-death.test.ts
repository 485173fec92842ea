import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const modules = fileURLToPath(new URL('../../../node_modules/@modelcontextprotocol/', import.meta.url));
const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

it.runIf(process.platform === 'linux')('no server outlives a host that is killed with -9, nor what a server started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orrery-death-'));
  const script = join(folder, 'host.ts');
  writeFileSync(
    script,
    `import { createToolHost } from ${JSON.stringify(new URL('./tool-host.ts', import.meta.url).href)};
const log = { debug() {}, info() {}, warn() {}, error: console.error, recent: () => [] };
const host = createToolHost({ definitions: [], ports: {}, vault: { reveal: async () => '', redact: (t) => t }, log, dataFolder: ${JSON.stringify(folder)}, version: '0' });
const dist = (name) => ${JSON.stringify(modules)} + name + '/dist/index.js';
const config = (id, args) => ({ id, title: id, command: 'node', args, env: {}, enabled: true });
await Promise.all([
  host.start(config('everything', [dist('server-everything')])),
  host.start(config('filesystem', [dist('server-filesystem'), ${JSON.stringify(folder)}])),
  host.start(config('memory', [dist('server-memory')])),
  host.start(config('spawner', [${JSON.stringify(fileURLToPath(new URL('./hostile-server.fixture.mjs', import.meta.url)))}, 'spawner'])),
]);
const made = await host.call('spawner', 'act', {}, { signal: new AbortController().signal, folders: [], source: { kind: 'person' } });
console.log(JSON.stringify([...host.servers().map((s) => s.pid), Number(made.content[0].text)]));
`,
  );
  const host = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const pids = await new Promise<number[]>((resolve, reject) => {
      let said = '';
      host.stdout.on('data', (chunk) => {
        said += chunk;
        if (said.includes('\n')) resolve(JSON.parse(said) as number[]);
      });
      host.on('exit', (code) => reject(new Error(`the host ended with ${code}`)));
    });
    expect(pids).toHaveLength(5);
    expect(pids.map(isAlive)).toEqual([true, true, true, true, true]);
    host.kill('SIGKILL');
    for (let i = 0; i < 500 && pids.some(isAlive); i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(pids.filter(isAlive)).toEqual([]);
  } finally {
    host.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
