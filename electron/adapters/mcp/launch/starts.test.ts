import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import type { ToolHost } from '../../../runtime/ports.ts';
import type { ToolHostTimes } from '../limits.ts';
import { createToolHost } from '../tool-host.ts';
import { type PlantedStart, plantStarts } from './planted-starts.fixture.ts';

const modules = fileURLToPath(new URL('../../../../node_modules/', import.meta.url));
let folder: string;
let host: ToolHost;
let held: Server;
let planted: PlantedStart[];

const open = (times: Partial<ToolHostTimes>): ToolHost =>
  createToolHost({
    definitions: [],
    ports: {} as never,
    vault: { reveal: async () => 'secret', redact: (text: string) => text, status: async () => ({}) } as never,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, recent: () => [] },
    dataFolder: folder,
    version: '0.0.0',
    times,
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orrery-starts-'));
  held = createServer();
  await new Promise<void>((resolve) => held.listen(0, resolve));
  planted = plantStarts({ folder: join(folder, 'planted'), port: (held.address() as AddressInfo).port });
  // What hangs is given up soon; what fails in another way has ended long before.
  host = open({ startMs: 5_000, badLineGraceMs: 300, stopStepMs: 300 });
});
afterAll(async () => {
  await host.close();
  held.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Whole sentences on one line, a next step that says what to do, and none of the machine's own names for itself. */
const readsWell = ({ message, hint }: { message: string; hint: string }): boolean =>
  /^(It|What|There|Its|A|“)/.test(message) &&
  /^(Allow|Add|Check|Choose|Correct|End|Install|Make|Mend|Name|Run|Store|Write) .{10,}[.'’)]$|^(Allow|Run) [^\n]*chmod \+x '[^\n]*'$/.test(
    hint,
  ) &&
  !/\n|undefined|\b(linux|darwin|win32) on\b|Permission denied/.test(`${message} ${hint}`);

// All variants of each: `npm run torture -- starts --n 50`.
describe('the ten planted failures are told apart', () => {
  it('each by its own cause, naming what it is about and one next step', async () => {
    const wrong: unknown[] = [];
    // Four at a time: together they would only wait for each other.
    const queue = [...new Map(planted.map((each) => [each.failure, each])).values()];
    expect(queue.length).toBe(10);
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let each = queue.shift(); each !== undefined; each = queue.shift()) {
          const { state, failure } = await host.start(each.config);
          const said = `${failure?.message} ${failure?.hint}`;
          if (state !== 'failed' || failure?.cause !== each.cause || !each.names.test(said) || !readsWell(failure))
            wrong.push({ planted: each.failure, variant: each.variant, state, failure });
        }
      }),
    );
    expect(wrong).toEqual([]);
  }, 120_000);
});

it('three real servers start side by side', async () => {
  const official = (name: string, args: string[] = []): ServerConfig =>
    ({
      id: name,
      title: name,
      command: 'node',
      args: [join(modules, '@modelcontextprotocol', name, 'dist/index.js'), ...args],
      env: {},
      enabled: true,
    }) as unknown as ServerConfig;
  // With the time that they have in the app: a busy machine is no failure of theirs.
  const patient = open({});
  try {
    const found = await Promise.all([
      patient.start(official('server-everything')),
      patient.start(official('server-filesystem', [folder])),
      patient.start(official('server-memory')),
    ]);
    expect(found.map((each) => [each.state, each.failure?.message])).toEqual(Array.from({ length: 3 }, () => ['ready', undefined]));
    expect(found.every((each) => each.toolCount > 5)).toBe(true);
  } finally {
    await patient.close();
  }
}, 60_000);
