// orrery audit: looks through the audit log, verifies it, exports it with its chain, and reports a period. `verify --file` needs no
// host: whoever has an export and the keys can check it.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../shared/count.ts';
import { AppError, toAppError } from '../../shared/errors.ts';
import { type AuditEntry, type AuditVerdict, auditActor, auditKind, auditOutcome } from '../../shared/model/audit.ts';
import { readKeyFile } from '../adapters/audit/key-file.ts';
import { checkExport } from '../adapters/sqlite/audit-export.ts';
import { reportMarkdown } from '../runtime/audit/report-text.ts';
import type { HostClient } from '../wires/attach.ts';
import { auditFilterOf, type FilterOptions, oneOf } from './audit-filter.ts';
import { showEntry } from './audit-show.ts';
import { timeOf } from './audit-time.ts';
import { amber, dim, exitCodes, formatTime, green, inert, print, printJson, printTable, red, say, sayError } from './output.ts';
import { readGiven } from './read-given.ts';
import { opened } from './vault-ways.ts';
import { codeOf, type HostOptions, withHost } from './with-host.ts';

interface ListOptions extends HostOptions, FilterOptions {}
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
    .option('--who <kind>', `only of one of ${auditActor.shape.kind.options.join(', ')}`)
    .option('--run <run>', 'only of this run, by its number or id')
    .option('--step <step>', 'with --run: only of this step, by its name or id')
    .option('--grant <grant>', 'only what this grant allowed or refused, by its number or id')
    .option('--change <id>', 'only what tells of this change: its being made and its being taken back')
    .option('--text <words>', 'words in who, what or why')
    .option('--since <when>', 'a date, or so long ago: 2h, 7d')
    .option('--limit <n>', 'so many at most', '50')
    .action((options: ListOptions) => withHost(options, (client) => list(client, options)));
  audit
    .command('show')
    .argument('<entry>', 'its number, or a change’s id')
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

const colours: Record<AuditEntry['outcome'], (text: string) => string> = {
  allowed: green,
  asked: amber,
  denied: red,
  done: dim,
  failed: red,
};

async function list(client: HostClient, options: ListOptions): Promise<number> {
  const entries = await client.audit.list(await auditFilterOf(client, options));
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
    lines.push(amber('The vault is locked, so its anchor was not compared. To compare it: orrery audit verify --unlock'));
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
