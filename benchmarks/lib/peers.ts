// Other engines to compare with, installed on demand into a cache outside the lockfile (ORRERY_BENCH_CACHE, else
// ~/.cache/orrery-bench) and run in a process of their own. A peer answers `round <shape> <runs>` with a line of milliseconds.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface PeerSpec {
  name: string;
  dependencies: Record<string, string>;
  overrides?: Record<string, string>;
}

export const peers = {
  langgraph: {
    name: 'langgraph',
    dependencies: {
      '@langchain/langgraph': '1.4.18',
      '@langchain/langgraph-checkpoint-sqlite': '1.0.4',
      '@langchain/core': '1.2.13',
      'better-sqlite3': '13.2.0',
    },
    // The same SQLite as ours, so that engines are compared and not databases; and a protocol version that was published.
    overrides: { 'better-sqlite3': '13.2.0', '@langchain/protocol': '0.0.19' },
  },
  mastra: { name: 'mastra', dependencies: { '@mastra/core': '1.71.0', '@mastra/libsql': '1.23.1', zod: '4.6.7' } },
  openworkflow: { name: 'openworkflow', dependencies: { openworkflow: '0.10.1' } },
  // These three keep nothing: what they are compared with is a durable run.
  n8n: { name: 'n8n-core', dependencies: { 'n8n-core': '2.41.1' } },
  nodeRed: { name: 'node-red', dependencies: { 'node-red': '5.0.7' } },
  floor: { name: 'floor', dependencies: { 'better-sqlite3': '13.2.0' } },
  rivet: { name: 'rivet', dependencies: { '@ironclad/rivet-node': '1.19.1' } },
} satisfies Record<string, PeerSpec>;

const cache = (): string => path.resolve(process.env.ORRERY_BENCH_CACHE ?? path.join(homedir(), '.cache/orrery-bench'));

function install(spec: PeerSpec, say: (line: string) => void): string {
  const folder = path.join(cache(), spec.name);
  mkdirSync(folder, { recursive: true });
  const wanted = JSON.stringify({
    name: 'peer',
    private: true,
    type: 'module',
    dependencies: spec.dependencies,
    overrides: spec.overrides,
  });
  const manifest = path.join(folder, 'package.json');
  const isThere = existsSync(path.join(folder, 'installed')) && existsSync(manifest) && readFileSync(manifest, 'utf8') === wanted;
  if (!isThere) {
    say(`Installing ${spec.name} into ${folder} …`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(manifest, wanted);
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(path.join(folder, 'installed'), '');
  }
  const script = path.join(folder, 'peer.mjs');
  copyFileSync(path.join(import.meta.dirname, `../peers/${spec.name}.mjs`), script);
  copyFileSync(path.join(import.meta.dirname, '../peers/serve-rounds.mjs'), path.join(folder, 'serve-rounds.mjs'));
  return script;
}

export interface Peer {
  name: string;
  /** Milliseconds of each run, or of each `together` runs that were started at once. */
  round(shape: 'linear' | 'fan', runs: number, together?: number): Promise<number[]>;
  close(): Promise<void>;
}

export async function openPeer(spec: PeerSpec, say: (line: string) => void): Promise<Peer> {
  const script = install(spec, say);
  const child: ChildProcess = spawn(process.execPath, [script], {
    cwd: path.dirname(script),
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void exited.then(() => {
    for (const each of waiting.splice(0)) each.reject(new Error(`${spec.name} ended before it answered.`));
  });
  if (child.stdout === null || child.stdin === null) throw new Error(`${spec.name} has no pipes.`);
  const { stdin } = child;
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Peers like to talk; an answer is a JSON list.
    if (line.startsWith('[') && line.endsWith(']')) waiting.shift()?.resolve(line);
  });
  return {
    name: spec.name,
    async round(shape, runs, together = 1) {
      const line = await new Promise<string>((resolve, reject) => {
        waiting.push({ resolve, reject });
        stdin.write(`${shape} ${runs} ${together}\n`);
      });
      return JSON.parse(line) as number[];
    },
    async close() {
      stdin.end();
      const force = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(force);
    },
  };
}
