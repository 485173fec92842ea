// A registry of npm and an index of Python packages, served on this machine by a test: real tarballs and wheels, made on the spot.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { ZipFile } from 'yazl';

export interface Registry {
  url: string;
  /** Paths that were asked for. */
  asked: string[];
  /** Each connection as this side saw it: the other end's port, and what came and went. */
  connections: readonly Socket[];
  close(): Promise<void>;
}

async function serve(
  answer: (path: string) => { type: string; body: Buffer | string } | undefined,
  address = '127.0.0.1',
): Promise<Registry> {
  const asked: string[] = [];
  const connections: Socket[] = [];
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/');
    asked.push(path);
    const found = answer(path);
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': found?.type ?? 'application/json' });
    response.end(found?.body ?? '{"error":"Not found"}');
  });
  server.on('connection', (socket) => {
    connections.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    asked,
    connections,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** The smallest MCP server there is: a tool called after its version. */
export const mcpServer = (version: string): string => `#!/usr/bin/env node
import { createInterface } from 'node:readline';
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  const say = (result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
  if (method === 'initialize') say({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'planted', version: '${version}' } });
  if (method === 'tools/list') say({ tools: [{ name: 'v${version.replaceAll('.', '-')}', inputSchema: { type: 'object' } }] });
});
`;

export interface NpmPlant {
  name: string;
  version: string;
  engines?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  /** Its program; the smallest server there is when missing. */
  code?: string;
}

/** Serves the packages; `packages` may grow while it runs, and the last one of a name is its newest. */
export function npmRegistry(
  folder: string,
  packages: readonly NpmPlant[],
  options: {
    /** To listen at. */
    address?: string;
    /** Where its tarballs are said to be, in place of itself. */
    tarballs?: (url: string) => string;
  } = {},
): Promise<Registry & { url: string }> {
  const tarball = (plant: NpmPlant): Buffer => {
    const root = join(folder, `${plant.name.replaceAll('/', '-')}-${plant.version}`);
    const write = (name: string, text: string) => {
      mkdirSync(dirname(join(root, 'package', name)), { recursive: true });
      writeFileSync(join(root, 'package', name), text);
    };
    write('package.json', JSON.stringify(manifest(plant)));
    write('server.js', plant.code ?? mcpServer(plant.version));
    execFileSync('tar', ['-czf', join(root, 'p.tgz'), '-C', root, 'package']);
    return readFileSync(join(root, 'p.tgz'));
  };
  const manifest = ({ name, version, engines, scripts, dependencies }: NpmPlant) => ({
    name,
    version,
    type: 'module',
    bin: { [name.replace(/^@[^/]+\//, '')]: 'server.js' },
    ...(engines === undefined ? {} : { engines: { node: engines } }),
    ...(scripts === undefined ? {} : { scripts }),
    ...(dependencies === undefined ? {} : { dependencies }),
  });
  const kept = new Map<string, Buffer>();
  const bytes = (plant: NpmPlant): Buffer => {
    const key = `${plant.name}@${plant.version}`;
    const found = kept.get(key) ?? tarball(plant);
    kept.set(key, found);
    return found;
  };
  let url = '';
  return serve((path) => {
    const file = /^\/tarballs\/(.+)-(\d+\.\d+\.\d+)\.tgz$/.exec(path);
    if (file !== null) {
      const plant = packages.find((each) => each.name === file[1] && each.version === file[2]);
      return plant === undefined ? undefined : { type: 'application/octet-stream', body: bytes(plant) };
    }
    const of = packages.filter((each) => `/${each.name}` === path);
    if (of.length === 0) return undefined;
    const versions = Object.fromEntries(
      of.map((each) => [
        each.version,
        {
          ...manifest(each),
          ...(each.scripts?.postinstall === undefined ? {} : { hasInstallScript: true }),
          dist: {
            tarball: `${options.tarballs?.(url) ?? url}/tarballs/${each.name}-${each.version}.tgz`,
            integrity: `sha512-${createHash('sha512').update(bytes(each)).digest('base64')}`,
          },
        },
      ]),
    );
    return { type: 'application/json', body: JSON.stringify({ name: of[0]?.name, 'dist-tags': { latest: of.at(-1)?.version }, versions }) };
  }, options.address).then((registry) => {
    url = registry.url;
    return registry;
  });
}

async function wheel(name: string, version: string, requires: string | undefined): Promise<Buffer> {
  const zip = new ZipFile();
  const module = name.replaceAll('-', '_');
  const info = `${module}-${version}.dist-info`;
  const code = `import json, sys
def main():
    for line in sys.stdin:
        m = json.loads(line)
        r = {'initialize': {'protocolVersion': '2025-06-18', 'capabilities': {'tools': {}}, 'serverInfo': {'name': 'planted', 'version': '${version}'}},
             'tools/list': {'tools': [{'name': 'v${version.replaceAll('.', '-')}', 'inputSchema': {'type': 'object'}}]}}.get(m.get('method'))
        if r is not None:
            print(json.dumps({'jsonrpc': '2.0', 'id': m['id'], 'result': r}), flush=True)
`;
  const files: Record<string, string> = {
    [`${module}/__init__.py`]: code,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${requires === undefined ? '' : `Requires-Dist: ${requires}\n`}`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/entry_points.txt`]: `[console_scripts]\n${name} = ${module}:main\n`,
  };
  const record = [...Object.keys(files), `${info}/RECORD`].map((file) => `${file},,`).join('\n');
  for (const [file, text] of Object.entries({ ...files, [`${info}/RECORD`]: `${record}\n` })) zip.addBuffer(Buffer.from(text), file);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** PEP 503: a page of links for each package. */
export async function pythonIndex(packages: readonly { name: string; version: string; requires?: string }[]): Promise<Registry> {
  const wheels = new Map<string, Buffer>();
  for (const { name, version, requires } of packages)
    wheels.set(`${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`, await wheel(name, version, requires));
  return serve((path) => {
    const file = /^\/files\/(.+\.whl)$/.exec(path)?.[1];
    const bytes = file === undefined ? undefined : wheels.get(file);
    if (bytes !== undefined) return { type: 'application/octet-stream', body: bytes };
    const name = /^\/simple\/([^/]+)\/?$/.exec(path)?.[1];
    const of = [...wheels].filter(([each]) => name !== undefined && each.startsWith(`${name.replaceAll('-', '_')}-`));
    if (of.length === 0) return undefined;
    const links = of.map(
      ([each, content]) => `<a href="/files/${each}#sha256=${createHash('sha256').update(content).digest('hex')}">${each}</a>`,
    );
    return { type: 'text/html', body: `<!doctype html><html><body>${links.join('\n')}</body></html>` };
  });
}
