// A registry on this machine that gives a Node and an npm of a version that nobody has: small scripts that pass on to the real ones.
// What it serves can be bent, to see what becomes of a fetch that goes wrong.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { PinnedNodes } from '../../electron/adapters/mcp/launch/pinned-node.ts';

export const plantedVersion = '24.99.1';
const plantedNpm = '11.99.0';
/** `whole` gives what it should. */
export type Bend = 'whole' | 'other-bytes' | 'cut' | 'too-long' | 'missing' | 'hangs';

export interface NodeRegistry {
  url: string;
  list: PinnedNodes;
  asked: string[];
  bend: Bend;
  /** Goes on with what hangs. */
  letGo(): void;
  close(): Promise<void>;
}

function packed(folder: string, name: string, files: Record<string, { text: string; isProgram?: boolean }>): Buffer {
  const root = join(folder, name);
  for (const [path, { text, isProgram }] of Object.entries(files)) {
    const file = join(root, 'package', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: isProgram === true ? 0o755 : 0o644 });
  }
  execFileSync('tar', ['-czf', join(root, 'p.tgz'), '-C', root, 'package']);
  return readFileSync(join(root, 'p.tgz'));
}

/** `npm`: npm-cli.js of this machine; without it the planted one only says its version. `says`: the version that its Node claims. */
export async function startNodeRegistry(
  folder: string,
  {
    npm,
    says = plantedVersion,
    others,
  }: { npm?: string | undefined; says?: string /** A registry for everything else. */; others?: string } = {},
): Promise<NodeRegistry> {
  const node = packed(folder, 'planted-node', {
    'bin/node': {
      isProgram: true,
      text: `#!/bin/sh\n[ "$1" = --version ] && { echo v${says}; exit 0; }\nPLANTED_NODE=${plantedVersion} exec "${process.execPath}" "$@"\n`,
    },
    LICENSE: { text: 'As it is.\n' },
    'include/node/node.h': { text: '// not wanted\n' },
  });
  const passOn = (which: string): string =>
    `#!/usr/bin/env node\nif (process.argv[2] === '--version') console.log('${plantedNpm}');\nelse ${
      npm === undefined ? `process.exit(9)` : `require(${JSON.stringify(join(dirname(npm), which))})`
    };\n`;
  const npmPacked = packed(folder, 'planted-npm', {
    'bin/npm-cli.js': { text: passOn('npm-cli.js'), isProgram: true },
    'bin/npx-cli.js': { text: passOn('npx-cli.js'), isProgram: true },
    'package.json': { text: '{"name":"npm"}\n' },
  });
  const pin = (name: string, version: string, bytes: Buffer) => ({
    package: name,
    version,
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    bytes: bytes.length,
    unpackedBytes: 20_000,
  });
  const list: PinnedNodes = {
    npm: pin('npm', plantedNpm, npmPacked),
    node: [
      {
        platform: process.platform as 'linux',
        arch: process.arch as 'x64',
        ...pin('planted-node', plantedVersion, node),
      },
    ],
  };
  const files = new Map([
    [`/planted-node/-/planted-node-${plantedVersion}.tgz`, node],
    [`/npm/-/npm-${plantedNpm}.tgz`, npmPacked],
  ]);
  const waiting: (() => void)[] = [];
  const registry: Omit<NodeRegistry, 'url'> = {
    list,
    asked: [],
    bend: 'whole',
    letGo: () => {
      for (const go of waiting.splice(0)) go();
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    registry.asked.push(path);
    const bytes = files.get(path);
    if (bytes === undefined && others !== undefined) {
      void fetch(others + path)
        .then(async (answer) => {
          const type = answer.headers.get('content-type') ?? 'application/json';
          response.writeHead(answer.status, { 'content-type': type });
          // Like a mirror: what it names is to be had from it, for an installer may go nowhere else.
          if (type.includes('json')) response.end((await answer.text()).replaceAll(others, `http://${request.headers.host}`));
          else response.end(Buffer.from(await answer.arrayBuffer()));
        })
        .catch(() => response.destroy());
      return;
    }
    if (bytes === undefined || registry.bend === 'missing') {
      response.writeHead(404).end('{}');
      return;
    }
    const type = { 'content-type': 'application/octet-stream' };
    const half = bytes.subarray(0, bytes.length >> 1);
    switch (registry.bend) {
      case 'whole':
        response.writeHead(200, type).end(bytes);
        break;
      case 'other-bytes':
        response.writeHead(200, type).end(Buffer.concat([half, Buffer.alloc(bytes.length - half.length, 7)]));
        break;
      case 'cut':
        response.writeHead(200, { ...type, 'content-length': bytes.length });
        response.write(half, () => setImmediate(() => response.destroy()));
        break;
      case 'too-long':
        response.writeHead(200, type).end(Buffer.concat([bytes, bytes]));
        break;
      case 'hangs':
        response.writeHead(200, { ...type, 'content-length': bytes.length });
        response.write(half);
        waiting.push(() => response.end(bytes.subarray(half.length)));
        break;
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(registry, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
