// Ten ways in which a start of a tool server fails, planted for real: real files, real processes, a real listening port. Used by
// the tests beside it and by `npm run torture -- starts`. Each says what its diagnosis must be.

import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerConfig, StartCause } from '../../../../shared/model/tool.ts';
import { knownNodes } from './runtimes.ts';
import { realSearchContext } from './search-path.ts';
import { compareVersions } from './semver.ts';

export interface PlantedStart {
  /** Which of the ten. */
  failure: string;
  variant: string;
  config: ServerConfig;
  cause: StartCause;
  /** What the sentence or the next step must name. */
  names: RegExp;
}

export interface Ground {
  /** Where files are planted. */
  folder: string;
  /** A port that somebody listens on. */
  port: number;
}

const foreignArch = process.arch === 'arm64' ? 62 : 183;

/** The first bytes of a program for another processor, by the ELF specification. */
function foreignElf(type: number): Buffer {
  const header = Buffer.alloc(4096);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(type, 16);
  header.writeUInt16LE(foreignArch, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(64, 52);
  return header;
}

function foreignExe(): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ');
  bytes.writeUInt32LE(64, 60);
  bytes.write('PE\0\0', 64, 'latin1');
  bytes.writeUInt16LE(0x8664, 68);
  return bytes;
}

/** The oldest Node of this machine, when it is older than 22. */
export function olderNode(): string | undefined {
  const [oldest] = knownNodes(realSearchContext()).sort((a, b) => compareVersions(a.version, b.version));
  return oldest !== undefined && compareVersions(oldest.version, '22.0.0') < 0 ? oldest.path : undefined;
}

export function plantStarts({ folder, port }: Ground): PlantedStart[] {
  mkdirSync(folder, { recursive: true });
  const plant = (name: string, content: string | Buffer, mode = 0o644): string => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  };
  let count = 0;
  const config = (command: string, args: string[] = [], env: Record<string, string> = {}): ServerConfig => {
    count += 1;
    return {
      id: `planted-${count}`,
      title: `Planted ${count}`,
      command,
      args,
      env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, { text }])),
      enabled: true,
      // What is tried is the diagnosis; a port or a file must be the machine's own.
      reach: { sandbox: 'off', folders: [], hosts: [], roots: [], samplingTokens: 0 },
    } as unknown as ServerConfig;
  };
  const node = (script: string, env: Record<string, string> = {}): ServerConfig => config('node', ['-e', script], env);
  const wait = 'setInterval(() => {}, 1000)';
  const python = ['/usr/bin/python3', '/usr/local/bin/python3'].find(existsSync);

  const all: PlantedStart[] = [];
  const add = (failure: string, cause: StartCause, variants: [variant: string, config: ServerConfig, names: RegExp][]) => {
    for (const [variant, each, names] of variants) all.push({ failure, variant, config: each, cause, names });
  };

  add('not found', 'not-found', [
    ['a program that is nowhere', config('no-such-program-anywhere'), /no-such-program-anywhere/],
    ['a full path that is not there', config(join(folder, 'nowhere/server')), /nowhere\/server/],
    ['a script that is not there', config('node', [join(folder, 'absent-server.js')]), /absent-server\.js/],
    ['a script whose interpreter is not there', config(plant('no-runtime', '#!/usr/bin/env no-such-runtime\n', 0o755)), /no-such-runtime/],
    ['a script that calls what is not there', config(plant('calls', '#!/bin/sh\nno-such-helper serve\n', 0o755)), /no-such-helper/],
  ]);
  add('not executable', 'not-executable', [
    ['a file that may not be run', config(plant('plain-server', '#!/bin/sh\nsleep 60\n')), /chmod \+x/],
    ['a folder', config(folder), /folder/],
    [
      'a script that starts a file that may not be run',
      config(plant('starts-plain', `#!/bin/sh\nexec '${join(folder, 'plain-server')}'\n`, 0o755)),
      /chmod \+x/,
    ],
  ]);
  add('wrong architecture', 'wrong-architecture', [
    ['a program for another processor', config(plant('foreign-server', foreignElf(2), 0o755)), /arm64|x64/],
    ['a program for Windows', config(plant('server.exe', foreignExe(), 0o755)), /Windows/],
  ]);
  const missingPart = plant(
    'native/index.js',
    "const part = require('./build/Release/index_store.node');\nsetInterval(() => part, 1000);\n",
  );
  plant('foreign-part/build/store.node', foreignElf(3));
  const foreignPart = plant('foreign-part/index.js', "require('./build/store.node');\nsetInterval(() => {}, 1000);\n");
  const platformPart = plant('platform-part/index.js', `require('@planted/store-${process.platform}-${process.arch}');\n`);
  add('missing native part', 'native-part', [
    ['a .node file that is not there', config('node', [missingPart]), /index_store\.node/],
    ['a .node file for another processor', config('node', [foreignPart]), new RegExp(`store\\.node.*${process.arch}|${process.arch}`)],
    ['the package for this platform is not there', config('node', [platformPart]), /@planted\/store-/],
  ]);
  add('bad JSON on stdout', 'bad-protocol', [
    ['a greeting, and then nothing', node(`console.log('Welcome to the server, version 1.2'); ${wait}`), /Welcome to the server/],
    ['JSON over many lines', node(`console.log(JSON.stringify({ jsonrpc: '2.0', id: 0, result: {} }, null, 2)); ${wait}`), /\{/],
    ['a web page', node(`console.log('<!doctype html>'); ${wait}`), /<!doctype html>/],
    ['help, and an end', node("console.log('myserver 1.0 - try --help')"), /try --help/],
  ]);
  add('exits at once', 'exited', [
    ['with a code and words', node("console.error('the database is locked'); process.exit(3)"), /code 3.*database is locked/],
    ['without a word', node('process.exit(0)'), /ended at once, with no error/],
    ['by an error', node("throw new Error('boom at the start')"), /boom at the start/],
    ['by a signal', node("process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000)"), /SIGSEGV/],
    ['saying how it is used', node("console.error('Usage: server <folder>'); process.exit(1)"), /Usage: server <folder>/],
  ]);
  add('hangs', 'timed-out', [
    ['in silence', node(wait), /did not answer/],
    ['as another kind of server', node(`console.error('Listening on http://localhost'); ${wait}`), /Listening on http/],
    ['reading and never answering', node("process.stdin.resume(); process.stdin.on('data', () => {})"), /did not answer/],
  ]);
  add('needs a newer Node', 'newer-runtime', newerNode(plant, config));
  add('needs a secret', 'missing-secret', [
    ['a key, named', node("console.error('Error: WEATHER_API_KEY environment variable is required'); process.exit(1)"), /WEATHER_API_KEY/],
    [
      'a token, not set, and waits',
      node(`console.error('GITHUB_PERSONAL_ACCESS_TOKEN not set. Please set it.'); ${wait}`),
      /GITHUB_PERSONAL_ACCESS_TOKEN/,
    ],
    ['on stdout', node("console.log('Missing SEARCH_TOKEN'); process.exit(1)"), /SEARCH_TOKEN/],
    [
      'the complaint of a schema',
      node(
        `console.error(JSON.stringify([{ code: 'invalid_type', expected: 'string', received: 'undefined', path: ['LINEAR_API_KEY'], message: 'Required' }], null, 2)); process.exit(1)`,
      ),
      /LINEAR_API_KEY/,
    ],
    ...(python === undefined
      ? []
      : [
          ['Python', config(python, ['-c', "import os; os.environ['STOCKS_API_KEY']"]), /STOCKS_API_KEY/] as [string, ServerConfig, RegExp],
        ]),
  ]);
  add('port taken', 'port-taken', [
    ['Node, on all addresses', node(`require('http').createServer().listen(${port})`), new RegExp(`${port}`)],
    ['Node, on this machine', node(`require('http').createServer().listen(${port}, '127.0.0.1')`), new RegExp(`${port}`)],
    ['said in words, and waits', node(`console.error('Port ${port} is already in use'); ${wait}`), new RegExp(`${port}`)],
    ...(python === undefined
      ? []
      : [['Python', config(python, ['-m', 'http.server', String(port), '--bind', '127.0.0.1']), /port/] as [string, ServerConfig, RegExp]]),
  ]);
  return all;
}

/** With an older Node that the person named by its path: what is not named, Orrery chooses so that it fits. */
function newerNode(
  plant: (name: string, content: string) => string,
  config: (command: string, args?: string[]) => ServerConfig,
): [string, ServerConfig, RegExp][] {
  const old = olderNode();
  const asks = (name: string, range: string, script: string): string => {
    plant(`${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', engines: { node: range } }));
    return plant(`${name}/server.js`, script);
  };
  const future = asks('future', '>=99', "console.error('Object.fromFuture is not a function'); process.exit(1);\n");
  return [
    ['one that nobody has yet', config('node', [future]), /99/],
    ...(old === undefined
      ? []
      : ([
          [
            'a module that older ones do not have',
            config(old, [
              asks(
                'modern-module',
                '>=22.5.0',
                "import { DatabaseSync } from 'node:sqlite';\nnew DatabaseSync(':memory:');\nsetInterval(() => {}, 1000);\n",
              ),
            ]),
            /22\.5/,
          ],
          [
            'a sign that older ones do not read',
            config(old, [asks('modern-syntax', '>=24', 'using held = { [Symbol.dispose]() {} };\nsetInterval(() => held, 1000);\n')]),
            /24/,
          ],
          [
            'a function that older ones do not have',
            config(old, [asks('modern-function', '>=22', 'Promise.withResolvers();\nsetInterval(() => {}, 1000);\n')]),
            /22/,
          ],
        ] as [string, ServerConfig, RegExp][])),
  ];
}
