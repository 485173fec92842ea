// orrery audit: looks through the audit log, verifies it, exports it with its chain, and reports a period. `verify --file` needs no
// host: whoever has an export and the keys can check it.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../shared/count.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { type AuditEntry, type AuditVerdict, auditKind, auditOutcome } from '../../shared/model/audit.ts';
import { readKeyFile } from '../adapters/audit/key-file.ts';
import { checkExport } from '../adapters/sqlite/audit-export.ts';
import { reportMarkdown } from '../runtime/audit/report-text.ts';
import type { HostClient } from '../wires/attach.ts';
import { showEntry } from './audit-show.ts';
import { findRun } from './find-run.ts';
import { readLimit } from './limit.ts';
import { amber, dim, exitCodes, formatTime, green, inert, print, printJson, printTable, red, say, sayError } from './output.ts';
import { readGiven } from './read-given.ts';
import { opened } from './vault-ways.ts';
import { codeOf, type HostOptions, withHost } from './with-host.ts';

interface ListOptions extends HostOptions {
  kind?: string;
  outcome?: string;
  server?: string;
  run?: string;
  text?: string;
  since?: string;
  limit: string;
}
interface ExportOptions extends HostOptions {
  format: string;
  out?: string;
  keys?: string;
}

export function auditCommand(program: Command): void {
  const audit = program.command('audit').description('look through, verify, export or report the audit log');
  const add = (name: string, description: string, isDefault = false): Command =>
    audit.command(name, { isDefault }).description(description).option('--json', 'print JSON').option('--data <folder>', 'the data folder');
  add('list', 'what happened, newest first', true)
    .option('--kind <kind>', `one of ${auditKind.options.join(', ')}`)
    .option('--outcome <outcome>', `one of ${auditOutcome.options.join(', ')}`)
    .option('--server <id>', 'only of this tool server')
    .option('--run <run>', 'only of this run, by its number or id')
    .option('--text <words>', 'words in who, what or why')
    .option('--since <when>', 'a date, or so long ago: 2h, 7d')
    .option('--limit <n>', 'so many at most', '50')
    .action((options: ListOptions) => withHost(options, (client) => list(client, options)));
  audit
    .command('show <entry>')
    .description('one entry: who did it, why it was allowed, and how it is taken back')
    .option('--json', 'print JSON')
    .option('--data <folder>', 'the data folder')
    .action((entry: string, options: HostOptions) => withHost(options, (client) => showEntry(client, entry, options)));
  add('verify', 'read the whole chain and name the first thing that is wrong')
    .option('--file <export>', 'check an export instead of the log, with --keys')
    .option('--keys <file>', 'the keys that `audit export --keys` wrote')
    .option('--unlock', 'ask for the vault’s passphrase first: its anchor, and what its key chained, are checked too')
    .action((options: HostOptions & { file?: string; keys?: string; unlock?: boolean }) =>
      options.file === undefined ? withHost(options, (client) => verify(client, options)) : verifyFile(options.file, options),
    );
  add('export', 'write the log with its chain, oldest first')
    .option('--format <format>', 'jsonl or csv', 'jsonl')
    .option('--out <file>', 'to this file, instead of the terminal')
    .option('--keys <file>', 'also write the keys that check it to this new file')
    .action((options: ExportOptions) => withHost(options, (client) => exportLog(client, options)));
  add('report', 'what ran, who approved, where data went')
    .option('--since <when>', 'a date, or so long ago: 2h, 7d', '7d')
    .option('--until <when>', 'a date, or so long ago')
    .option('--format <format>', 'md or json', 'md')
    .action((options: HostOptions & { since: string; until?: string; format: string }) =>
      withHost(options, (client) => report(client, options)),
    );
}

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** `7d`, `12h`, `2026-11-01`, `2026-11-01T10:00`. */
export function timeOf(text: string, now = Date.now()): number {
  const ago = /^(\d{1,5})([mhdw])$/.exec(text.trim());
  if (ago !== null) return now - Number(ago[1]) * (units[ago[2] as string] ?? 0);
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new AppError('input-time', `“${text}” is no time.`, {
      hint: 'Write a date such as 2026-11-01, or so long ago, such as 7d or 12h.',
    });
  return at;
}

function oneOf<T extends string>(options: readonly T[], value: string | undefined, name: string): T[] | undefined {
  if (value === undefined) return undefined;
  const found = options.find((option) => option === value);
  if (found === undefined)
    throw new AppError('input-choice', `There is no ${name} “${value}”.`, { hint: `Use one of ${options.join(', ')}.` });
  return [found];
}

const colours: Record<AuditEntry['outcome'], (text: string) => string> = {
  allowed: green,
  asked: amber,
  denied: red,
  done: dim,
  failed: red,
};

async function list(client: HostClient, options: ListOptions): Promise<number> {
  const kind = oneOf(auditKind.options, options.kind, 'kind');
  const outcome = oneOf(auditOutcome.options, options.outcome, 'outcome');
  const entries = await client.audit.list({
    limit: readLimit(options.limit, 500),
    ...(kind === undefined ? {} : { kind }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(options.server === undefined ? {} : { server: options.server }),
    ...(options.run === undefined ? {} : { run: await runNamed(client, options.run) }),
    ...(options.text === undefined ? {} : { text: options.text }),
    ...(options.since === undefined ? {} : { since: timeOf(options.since) }),
  });
  if (options.json === true) printJson(entries);
  else if (entries.length === 0) print('Nothing in the audit log fits.');
  else
    printTable(
      entries.map((entry) => [
        dim(String(entry.seq)),
        formatTime(entry.at),
        colours[entry.outcome](entry.outcome),
        entry.kind,
        inert(entry.actor.name).slice(0, 30),
        inert(entry.what).slice(0, 60),
        dim(inert(entry.reason).slice(0, 100)),
      ]),
    );
  return exitCodes.ok;
}

/** One that is not kept any more is still known to the log, by its id. */
async function runNamed(client: HostClient, which: string): Promise<NonNullable<AuditEntry['run']>> {
  if (/^\d{1,9}$/.test(which)) return (await findRun(client, which)).id;
  return which as NonNullable<AuditEntry['run']>;
}

async function verify(client: HostClient, { json, unlock }: HostOptions & { unlock?: boolean }): Promise<number> {
  if (unlock === true) await opened(client);
  const verdict = await client.audit.verify();
  if (json === true) printJson(verdict);
  else for (const line of verdictWords(verdict)) print(line);
  return verdict.state === 'broken' ? exitCodes.failed : exitCodes.ok;
}

export function verdictWords(verdict: AuditVerdict): string[] {
  const { segments, anchor, broken } = verdict;
  const lines =
    verdict.state === 'broken'
      ? [
          `${red('Not whole')}: ${broken?.message ?? ''}`,
          `First place that is wrong: entry ${broken?.seq ?? 0} (${broken?.fault ?? ''}). Faults: ${verdict.faults}.`,
        ]
      : [
          verdict.state === 'whole'
            ? `${green('Whole')}: ${verdict.checked} entries, ${verdict.first} to ${verdict.last}, nothing changed or missing.`
            : `${amber('Partly verified')}: ${verdict.checked} entries; ${verdict.unchecked} are chained with the vault’s key, and the vault is locked.`,
        ];
  if (segments.checked + segments.removed > 0)
    lines.push(dim(`Sealed segments: ${segments.checked} read, ${segments.removed} removed by age.`));
  if (anchor === undefined) lines.push(amber('Not anchored yet.'));
  else
    lines.push(
      dim(`Anchored in the ${anchor.where === 'vault' ? 'vault' : 'data folder only'} at entry ${anchor.seq}, ${formatTime(anchor.at)}.`),
    );
  if (verdict.isVaultLocked === true)
    lines.push(
      amber('The vault is locked, so its anchor was not compared. Unlock it on the Vault page, or say: orrery audit verify --unlock'),
    );
  if (verdict.notAnchoredSince !== undefined)
    lines.push(
      verdict.notAnchoredSince === 0
        ? amber('Never anchored in the vault.')
        : dim(`What came since then is anchored within five minutes, after 200 entries, and when Orrery ends or the vault is locked.`),
    );
  return lines;
}

const anExport = {
  what: 'a file that `orrery audit export --out` wrote',
  most: 400_000_000,
  ifLarger: 'Check the log itself, without --file.',
};

const theKeys = {
  what: 'the file that `orrery audit export --keys` wrote',
  most: 1_000_000,
  ifLarger: 'Make it again with `orrery audit export --keys FILE`.',
};

function verifyFile(file: string, { keys, json }: HostOptions & { keys?: string }): void {
  try {
    if (keys === undefined)
      throw new AppError('input-keys', 'An export is checked with the keys of its log.', { hint: 'Name their file with --keys.' });
    const verdict = checkExport(readGiven(file, anExport), readKeyFile(keys, readGiven(keys, theKeys)));
    if (verdict.rows === 0)
      throw new AppError('audit-export-empty', `There is no entry in ${file}.`, {
        hint: 'Give the file that `orrery audit export --format jsonl` wrote.',
      });
    if (json === true) printJson(verdict);
    else if (verdict.broken !== undefined) print(`${red('Not whole')}: ${verdict.broken.message}`);
    else
      print(
        `${green('Whole')}: ${verdict.rows} entries, ${verdict.first} to ${verdict.last}${verdict.unchecked > 0 ? `; ${verdict.unchecked} could not be checked with these keys` : ''}.`,
      );
    if (json !== true && verdict.broken === undefined)
      say(dim(`Whether later entries were cut off the file it cannot show: compare ${verdict.last} with the log.`));
    process.exitCode = verdict.broken === undefined ? exitCodes.ok : exitCodes.failed;
  } catch (error) {
    const known = toAppError(error);
    sayError(known, json === true);
    process.exitCode = codeOf(known);
  }
}

async function exportLog(client: HostClient, options: ExportOptions): Promise<number> {
  const format = oneOf(['jsonl', 'csv'] as const, options.format, 'format')?.[0] ?? 'jsonl';
  const parts: string[] = [];
  let count = 0;
  for (let after = 0; ; ) {
    const page = await client.audit.exportPage({ format, after, limit: 2000 });
    if (page.lines.length === 0) break;
    const text = `${page.lines.join('\n')}\n`;
    if (options.out === undefined) process.stdout.write(text);
    else parts.push(text);
    count += page.lines.length - (format === 'csv' && after === 0 ? 1 : 0);
    after = page.last;
  }
  if (options.out !== undefined) await writeNew(options.out, parts.join(''));
  if (options.keys !== undefined) await client.audit.writeKeys({ path: path.resolve(options.keys) });
  say(`${counted(count, 'entry', 'entries')}${options.out === undefined ? '' : ` in ${options.out}`}.`);
  if (options.keys !== undefined)
    say(amber(`The keys are in ${options.keys}. Give them only to whom you trust: who has them can check an export, and could make one.`));
  return exitCodes.ok;
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new AppError('input-file', `${file} cannot be written: ${(error as Error).message}`, {
      hint: 'Choose another name; what is there is not written over.',
      cause: error,
    });
  }
}

async function report(client: HostClient, options: HostOptions & { since: string; until?: string; format: string }): Promise<number> {
  const format = oneOf(['md', 'json'] as const, options.format, 'format')?.[0] ?? 'md';
  const made = await client.audit.makeReport({
    since: timeOf(options.since),
    ...(options.until === undefined ? {} : { until: timeOf(options.until) }),
  });
  if (options.json === true || format === 'json') printJson(made);
  else print(inert(reportMarkdown(made)));
  return exitCodes.ok;
}
