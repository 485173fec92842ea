// `npm run torture -- <name> --n N --seed S [--json]`. The last line on stdout is one JSON object with the counters. Exit code 0:
// every promise held; 1: one was broken; 2: it cannot be done here, or was asked wrongly.

import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CannotTorture, type Torture } from './torture.ts';

const suffix = '.torture.ts';
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length))
  .sort();

async function load(name: string): Promise<Torture> {
  const module = (await import(`./${name}${suffix}`)) as { torture: Torture };
  return module.torture;
}

async function listAll(): Promise<string> {
  const lines = await Promise.all(names.map(async (name) => `  ${name.padEnd(10)} ${(await load(name)).about}`));
  return `npm run torture -- <name> [--n N] [--seed S] [--json]\n\n${lines.join('\n')}`;
}

/** Whole numbers from 0; undefined when it is none. */
const whole = (text: string | undefined, otherwise: number): number | undefined =>
  text === undefined ? otherwise : /^\d{1,9}$/.test(text) ? Number(text) : undefined;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      n: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const name = positionals[0];
  if (values.help || name === undefined || positionals.length > 1 || !names.includes(name)) {
    console.error(
      name === undefined || values.help ? await listAll() : `There is no torture “${positionals.join(' ')}”.\n\n${await listAll()}`,
    );
    return values.help ? 0 : 2;
  }
  const torture = await load(name);
  const n = whole(values.n, torture.defaultN);
  const seed = whole(values.seed, 1);
  if (n === undefined || n === 0 || seed === undefined) {
    console.error('--n must be a whole number above 0, --seed a whole number.');
    return 2;
  }
  const say = values.json ? () => undefined : (line: string) => console.error(line);
  const began = performance.now();
  try {
    const counters = await torture.run({ n, seed, say });
    const broken = torture.promises.filter((counter) => counters[counter] !== 0);
    say(
      `${name}: ${broken.length === 0 ? 'every promise held' : `BROKEN: ${broken.join(', ')}`}, in ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
    console.log(JSON.stringify({ torture: name, n, seed, ...counters }));
    return broken.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof CannotTorture ? error.message : error);
    return error instanceof CannotTorture ? 2 : 1;
  }
}

process.exitCode = await main();
