// An installer in a network of its own, with every packet captured: fetches from a registry elsewhere and from one of this machine, goes
// offline and tries again. Prints its ledger and what was captured as JSON. Started by installer-capture.test.ts only.

import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import type { ConnectionRow } from '../../net/connection-row.ts';
import { createInstallers } from './installer-net.ts';
import { planLaunch } from './launch.ts';
import { npmRegistry } from './package-registries.fixture.ts';

const folder = process.argv[2] ?? '';
const elsewhere = '93.184.216.34';
execFileSync('ip', ['link', 'set', 'lo', 'up']);
execFileSync('ip', ['addr', 'add', `${elsewhere}/32`, 'dev', 'lo']);

const capture = spawn('tcpdump', ['-i', 'lo', '--immediate-mode', '-U', '-s', '128', '-w', join(folder, 'packets')], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
await new Promise<void>((done, fail) => {
  capture.stderr.on('data', (text: Buffer) => String(text).includes('listening on') && done());
  capture.once('exit', () => fail(new Error('tcpdump ended.')));
});

const packages = ['1.0.0', '2.0.0'].map((version) => ({
  name: '@planted/server',
  version,
  code: `// ${randomBytes(60_000).toString('hex')}\n`,
}));
const far = await npmRegistry(join(folder, 'far'), packages, { address: elsewhere });
const here = await npmRegistry(join(folder, 'here'), packages);
let isOffline = false;
const rows: ConnectionRow[] = [];
const proxies = new Set<number>();
const installers = createInstallers({
  isOffline: () => isOffline,
  onConnection: (row) => {
    for (const each of installers.open ?? []) proxies.add(each.port);
    if (row.isOpen !== true) rows.push(row);
  },
});
const said: Record<string, string> = {};
async function fetchIt(name: string, registry: string, spec: string): Promise<void> {
  const env = { npm_config_registry: registry, npm_config_cache: join(folder, 'cache', name), npm_config_fetch_retries: '0' };
  const config = {
    ...{ id: 'kept', title: 'Kept', command: 'npx', args: ['-y', spec], enabled: true },
    env: Object.fromEntries(Object.entries(env).map(([key, text]) => [key, { text }])),
  } as unknown as ServerConfig;
  said[name] = await planLaunch(config, { vault: { reveal: async () => '' }, dataFolder: join(folder, 'data', name), installers }).then(
    (plan) => plan.package?.version ?? '',
    (error: unknown) => String(error),
  );
}
await fetchIt('far', far.url, '@planted/server');
await fetchIt('here', here.url, '@planted/server');
isOffline = true;
await fetchIt('far offline', far.url, '@planted/server@1.0.0');
await fetchIt('here offline', here.url, '@planted/server@1.0.0');
await installers.close();
await far.close();
await here.close();
capture.removeAllListeners('exit');
// What came last is written a moment later: a mark, where nothing listens, says that all is there.
await new Promise<void>((done) => connect(1, '127.0.0.1').once('error', () => done()));
const packets = (): string[] =>
  execFileSync('tcpdump', ['-nn', '-r', join(folder, 'packets')], { stdio: ['ignore', 'pipe', 'ignore'] })
    .toString()
    .trim()
    .split('\n');
while (!packets().some((line) => line.includes('127.0.0.1.1:'))) await new Promise((done) => setTimeout(done, 50));
capture.kill('SIGINT');
await once(capture, 'exit');

const seen = packets().filter((line) => !/127\.0\.0\.1\.1[: ]/.test(line));
console.log(JSON.stringify({ rows, said, proxies: [...proxies], ports: [portOf(far.url), portOf(here.url)], packets: seen }));
process.exit(0);

function portOf(url: string): number {
  return Number(new URL(url).port);
}
