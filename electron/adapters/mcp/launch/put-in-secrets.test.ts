// Handles in texts of a configuration become secrets at the start, and only there.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configOf, type TestHost, testHost } from '../../../../tests/helpers/mcp-lab.ts';
import { planLaunch } from './launch.ts';
import { putInSecrets } from './put-in-secrets.ts';

let lab: TestHost;
let folder: string;
beforeEach(() => {
  lab = testHost({ restarts: { baseMs: 60_000, maxMs: 60_000 } });
  // Nothing is taken out of texts: what is not in the log never came near it.
  lab.vault.redact = (text) => text;
  folder = mkdtempSync(join(tmpdir(), 'orrery-handles-'));
});
afterEach(async () => {
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

const node = process.execPath;
const handle = (name: string): string => `\${secret:${name}}`;

it('arguments and plain environment reach the process with the secrets, and neither its log nor its status has them', async () => {
  lab.vault.secrets.set('db', "p4ss$&'word");
  const script = `require('fs').writeFileSync('got.json', JSON.stringify([process.argv.slice(1), process.env.DSN])); process.exit(3)`;
  const status = await lab.host.start(
    configOf({
      command: node,
      args: ['-e', script, '--', `--password=${handle('db')}`],
      env: { DSN: { text: `postgres://ada:${handle('db')}@127.0.0.1/notes` } },
    }),
  );
  const got = JSON.parse(readFileSync(join(lab.folder, 'servers/child/got.json'), 'utf8')) as unknown;
  expect(got).toEqual([["--password=p4ss$&'word"], "postgres://ada:p4ss$&'word@127.0.0.1/notes"]);
  expect(status.state).not.toBe('ready');
  expect(JSON.stringify([lab.status(), lab.host.logs('child' as never)])).not.toContain('p4ss');
  await lab.host.close();
  const log = status.logFile ?? '';
  expect(existsSync(log)).toBe(true);
  expect(readFileSync(log, 'utf8')).toContain(`--password=${handle('db')}`);
  expect(readFileSync(log, 'utf8')).not.toContain('p4ss');
});

it('a plan shows handles where it holds secrets, and says which one is missing', async () => {
  lab.vault.secrets.set('key', 'abc');
  const options = { vault: lab.vault, dataFolder: folder };
  const plan = await planLaunch(configOf({ command: node, args: ['a', handle('key')] }), options);
  expect([plan.args, plan.shownArgs]).toEqual([
    ['a', 'abc'],
    ['a', handle('key')],
  ]);
  expect((await planLaunch(configOf({ command: node, args: ['a'] }), options)).shownArgs).toBeUndefined();
  await expect(planLaunch(configOf({ command: node, args: [handle('gone')] }), options)).rejects.toMatchObject({
    failure: { cause: 'missing-secret', message: expect.stringContaining('gone') },
  });
  // A field that there cannot be is no handle.
  const odd = `\${secret:key/nothing}`;
  expect(await putInSecrets(odd, 'x', configOf({ command: node }), lab.vault)).toBe(odd);
});

it('an address and a header get theirs as the request is sent', async () => {
  lab.vault.secrets.set('site', 'tok/en &1');
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp?key=${handle('site')}`;
    const status = await lab.host.start(
      configOf({ transport: 'http', url, headers: { Authorization: { text: `Bearer ${handle('site')}` } } }),
    );
    expect(seen[0]).toBe('/mcp?key=tok%2Fen%20%261 Bearer tok/en &1');
    expect(JSON.stringify([status, lab.host.logs('child' as never)])).not.toMatch(/tok(\/|%2F)en/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  // The host itself is never a secret's: who would be asked for it could not be said.
  const hidden = await lab.host
    .start(configOf({ transport: 'http', url: `http://${handle('site')}.example.com/mcp` }))
    .catch(() => undefined);
  expect(hidden?.state).not.toBe('ready');
  expect(seen.length).toBeGreaterThan(0);
});
