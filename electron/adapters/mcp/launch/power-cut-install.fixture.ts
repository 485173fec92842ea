// Installs a package into the data folder it is given, says so, and is gone: what a power cut leaves of it is told from its system calls.

import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { installPackage } from './package-cache.ts';

const [dataFolder = ''] = process.argv.slice(2);
const npm = { node: process.execPath, npm: join(import.meta.dirname, 'power-cut.fixture.mjs') };
const tools = { npm: async () => npm, python: () => Promise.reject(new Error('no Python is asked for')) };
const ask = { kind: 'npm', name: 'planted', spec: 'planted', args: [] } as const;
await installPackage(dataFolder, { ...ask, args: [] }, tools, { env: { PATH: process.env.PATH ?? '' }, scripts: false });
writeSync(1, 'installed\n');
process.kill(process.pid, 'SIGKILL');
