// What the docs tell people to type is real: npm scripts exist, orrery's commands and options are in its own help, and links and
// pictures are there. A command of a kind this test does not know fails it.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../helpers/tree-copy.ts';

const files = [
  'README.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
].sort();
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;

/** The tail of each path there is, so that `engine/plan.ts` and `plan.ts` are found by what they end with. */
const folders = ['electron', 'renderer', 'shared', 'scripts', 'tests', 'benchmarks', 'resources'];
const tree = folders.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `/${folder}/${file.replaceAll('\\', '/')}`),
);
/** Files of the examples are not there until someone makes them. */
const examples = /shorten|calendar|privacy|0020-|battery/;

/** Lines of fenced blocks marked `sh`; a line may chain commands with `&&`. */
const commandsIn = (text: string): string[] =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap((match) => (match[1] ?? '').split('\n'))
    .flatMap((line) => line.split('&&'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Words as a shell splits them, quotes taken off. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');

/** What a node script prints; all of orrery's helps come from one process. */
function output(...args: string[]): string {
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`node ${args.join(' ')} ended with ${result.status}: ${result.stderr}`);
  return result.stdout;
}
let helps: Record<string, string> | undefined;
function help(...command: string[]): string {
  helps ??= JSON.parse(output('tests/helpers/cli-help.fixture.ts')) as Record<string, string>;
  const text = helps[command.join(' ')];
  if (text === undefined) throw new Error(`orrery ${command.join(' ')} has no help`);
  return text;
}
const subcommands = (text: string): string[] =>
  [...(text.split(/^Commands:$/m)[1] ?? '').matchAll(/^ {2}([a-z-]+)/gm)].map((match) => match[1] ?? '');
const options = (text: string): string[] => [...text.matchAll(/(?<=^ {2}|, )--?[a-zA-Z-]+/gm)].map((match) => match[0]);

function faultInOrrery(words: string[]): string | undefined {
  const command: string[] = [];
  const rest = [...words];
  while (rest[0] !== undefined && !rest[0].startsWith('-')) {
    const known = subcommands(help(...command)).filter((name) => name !== 'help');
    if (known.length === 0) break;
    if (!known.includes(rest[0])) return `orrery ${command.join(' ')} has no command “${rest[0]}”`;
    command.push(rest.shift() ?? '');
  }
  const known = options(help(...command));
  const unknown = rest.filter((word) => word.startsWith('--')).find((word) => !known.includes(word));
  if (unknown !== undefined) return `orrery ${command.join(' ')} has no option ${unknown}`;
  // What is no path is the name of a stored workflow.
  const file = command[0] === 'run' && /[\\/]|\.json$/.test(rest[0] ?? '') ? rest[0] : undefined;
  return file !== undefined && !file.startsWith('-') && !existsSync(path.join(root, file)) ? `${file} is not there` : undefined;
}

let benches: string | undefined;
function benchHelp(): string {
  if (benches === undefined) {
    const result = spawnSync(process.execPath, ['benchmarks/index.ts', '--help'], { cwd: root, encoding: 'utf8' });
    benches = result.stdout + result.stderr;
  }
  return benches;
}

/** What the scripts other than orrery take: names from their own help or folders. */
function faultInScript(name: string, args: string[]): string | undefined {
  const [first = ''] = args;
  switch (name) {
    case 'torture':
      return existsSync(path.join(root, `tests/torture/${first}.torture.ts`)) ? undefined : `there is no torture “${first}”`;
    case 'bench': {
      return new RegExp(`^ {2}${first} `, 'm').test(benchHelp()) ? undefined : `there is no bench “${first}”`;
    }
    case 'new':
      return /^(node|server|page|method)$/.test(first) ? undefined : `npm run new knows no “${first}”`;
    case 'check':
      return first === '' || read('scripts/check.ts').includes(`name: '${first}`) ? undefined : `there is no check “${first}”`;
    default:
      return undefined;
  }
}

function faultIn(command: string): string | undefined {
  // `-s` keeps npm's own lines away from what a program reads.
  const [program, verb = '', ...more] = wordsOf(command.replace(/^npm run -s /, 'npm run '));
  if (program === 'npx' && verb === 'vitest') return more[0] === 'run' ? undefined : 'vitest without “run” does not end';
  if (program !== 'npm') return `a command this test does not know: ${command}`;
  if (verb === 'ci') return undefined;
  if (verb === 'start' || verb === 'test') {
    if (scripts[verb] === undefined) return `npm ${verb} has no script`;
    const args = more.slice(1).filter((word) => word !== '--headless');
    return verb === 'start' && args.length > 0 ? faultInOrrery(['serve', ...args]) : undefined;
  }
  if (verb !== 'run') return `a command this test does not know: ${command}`;
  const [name = '', ...rest] = more;
  if (scripts[name] === undefined) return `package.json has no script “${name}”`;
  const args = rest[0] === '--' ? rest.slice(1) : rest;
  return name === 'orrery' ? faultInOrrery(args) : faultInScript(name, args);
}

/** As pages on the web name them. */
const headings = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

test('this test sees faults', () => {
  expect(headings('# A call, and more\n')).toEqual(['a-call-and-more']);
  expect(commandsIn('```sh\nnpm ci && npm start\n```\n')).toEqual(['npm ci', 'npm start']);
  expect(faultIn('npm run nothing')).toContain('no script');
  expect(faultIn('npm run orrery -- dance')).toContain('no command');
  expect(faultIn('npm run orrery -- runs list --loudly')).toContain('no option');
  expect(faultIn('npm run orrery -- run absent.json')).toContain('not there');
  expect(faultIn('npm run torture -- absent')).toContain('no torture');
  expect(faultIn('npm run bench -- absent')).toContain('no bench');
  expect(faultIn('rm -rf /')).toContain('does not know');
});

test('the helps it looks at are those that a person gets', () => {
  expect(output('electron/cli/index.ts', 'backups', 'list', '--help')).toBe(help('backups', 'list'));
});

test('no help tells that nothing is nothing', () => {
  expect(help('run')).toContain('--set <key=value>');
  expect(Object.entries(helps ?? {}).flatMap(([name, text]) => (/default: (?:\[\]|"")/.test(text) ? [name] : []))).toEqual([]);
});

test('the README begins with exactly the two commands', () => {
  expect(commandsIn(read('README.md')).slice(0, 4)).toEqual(['npm ci', 'npm start', 'npm ci', 'npm test']);
  const firstScreen = read('README.md').split('\n').slice(0, 20).join('\n');
  expect(commandsIn(firstScreen)).toHaveLength(4);
});

test('the README and the page of the command line name every command', () => {
  for (const file of ['README.md', 'docs/how-to/command-line.md']) {
    const rows = read(file)
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split(' | ')[0] ?? '');
    const named = rows.flatMap((row) => [...row.matchAll(/`([a-z]+)/g)].map((match) => match[1] ?? ''));
    const missing = subcommands(help()).filter((name) => name !== 'help' && !named.includes(name));
    expect({ file, missing }).toEqual({ file, missing: [] });
  }
});

describe.each(files)('%s', (file) => {
  const text = read(file);

  test('tells to type only what works', { timeout: 120_000 }, () => {
    expect(
      commandsIn(text)
        .map(faultIn)
        .filter((fault) => fault !== undefined),
    ).toEqual([]);
  });

  test('its links and pictures are there', () => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '').filter((target) => !/^(https?:|#)/.test(target));
    expect(targets.filter((target) => !existsSync(path.resolve(root, path.dirname(file), target.split('#')[0] ?? '')))).toEqual([]);
  });

  test('the headings that it links to are there', () => {
    const targets = [...text.matchAll(/\]\(([\w./-]*)#([^)\s]+)\)/g)].filter(([, page = '']) => !/^https?:/.test(page));
    const missing = targets.filter(([, page = '', heading = '']) => {
      const there = path.posix.join(path.posix.dirname(file), page);
      return !headings(page === '' ? text : read(there)).includes(heading);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  test('what it names in the tree is there', () => {
    const named = [...text.matchAll(/`((?:electron|renderer|shared|scripts|tests|benchmarks|resources|docs)\/[\w./-]+)`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(named.filter((name) => !examples.test(name) && !existsSync(path.join(root, name)))).toEqual([]);
  });
});

test.each(files)('source files that %s names by their last names are there', (file) => {
  const named = [...read(file).matchAll(/`([a-z][\w./-]*\.(?:ts|tsx|mjs))`/g)].map((match) => match[1] ?? '');
  expect(named.filter((name) => !examples.test(name) && !tree.some((each) => each.endsWith(`/${name}`)))).toEqual([]);
});

test('every extension point, and every decision, has its page', () => {
  for (const topic of ['node', 'trigger', 'tool-server', 'contract-call', 'settings-page', 'command', 'migration'])
    expect(files).toContain(`docs/how-to/add-a-${topic}.md`);
  const decisions = files.filter((file) => file.startsWith('docs/decisions/') && !file.endsWith('/README.md'));
  expect(decisions.length).toBeGreaterThanOrEqual(8);
  for (const decision of decisions) {
    const date = /(\d{4}-\d{2}-\d{2})-[a-z0-9-]+\.md$/.exec(decision)?.[1];
    expect(read(decision)).toContain(`\n${date}\n`);
    expect(read(decision)).toMatch(/Rejected/);
    expect(read('docs/decisions/README.md')).toContain(`](${path.basename(decision)})`);
  }
});
