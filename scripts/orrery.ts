// `npm run orrery -- <command>`: the built command line, built first when its sources are newer. Only data goes to stdout.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt, root } from './built.ts';

ensureBuilt({ only: process.argv[2] === 'serve' ? ['out/node', 'out/renderer'] : ['out/node'], say: (line) => console.error(line) });
const child = spawn(process.execPath, ['--enable-source-maps', path.join(root, 'out/node/cli.js'), ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});
