import type { ServerStatus, ToolChange } from '../../shared/model/tool.ts';
import { amber, bold, dim, formatMs, formatTime, green, inert, print, printTable, red } from './output.ts';
import { nextSteps } from './servers-mend.ts';
import { reachWords, whatRuns } from './servers-plan.ts';

/** A tool server as its page shows it, in lines. */
export function showServer(server: ServerStatus): void {
  const { config, about, calls, failure } = server;
  const state =
    server.quarantine !== undefined ? 'set aside' : server.isAsleep === true ? 'asleep, starts when it is called' : server.state;
  print(`${bold(inert(server.title))}  ${dim(server.id)}  ${server.state === 'failed' ? red(state) : state}`);
  if (server.quarantine !== undefined) print(`${red(inert(server.quarantine.reason))}\n${dim(`orrery tools release ${server.id}`)}`);
  if (failure !== undefined && server.state !== 'ready' && server.signIn?.needed !== true) {
    print(red(inert(failure.message)));
    for (const line of nextSteps(server)) print(line);
  }
  if (server.signIn?.needed === true) print(amber(`It wants you to sign in: orrery tools sign-in ${server.id}`));
  if (server.changes !== undefined && server.changes.length > 0)
    print(amber(`${server.changes.length} changed definitions: orrery tools accept ${server.id}`));
  const rows: [string, string | undefined][] = [
    ['runs', config === undefined ? 'built in' : whatRuns(config)],
    ['contained', server.contained?.words],
    ...(config === undefined ? [] : reachWords(config)),
    ['says it is', about === undefined ? undefined : `${about.name} ${about.version}, MCP ${about.protocol}`],
    ['offers', about?.capabilities.join(', ')],
    ['tools', `${server.toolCount}`],
    ['since', server.state === 'ready' && server.startedAt !== undefined ? formatTime(server.startedAt) : undefined],
    ['restarts', `${server.restarts}`],
    ['calls', calls === undefined ? undefined : `${calls.count}, ${calls.failed} failed`],
    [
      'answers in',
      calls === undefined || calls.count === 0 ? undefined : `${formatMs(calls.p50Ms)} median, ${formatMs(calls.p95Ms)} for 95 of 100`,
    ],
    ['memory', server.memory === undefined ? undefined : `${Math.round(server.memory / 1e6)} MB`],
    ['from', config?.source === undefined ? undefined : `${config.source.kind} ${config.source.ref}`.trim()],
    ['log', server.logFile],
  ];
  printTable(rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[dim(name), inert(value)]])));
}

/** Before and after of each, with what cannot be seen spelled out. */
export function showChanges(changes: readonly ToolChange[]): void {
  for (const change of changes) {
    print(`${bold(inert(change.tool))}  ${change.kind}`);
    for (const hidden of change.hidden) print(red(`  cannot be seen: ${inert(hidden)}`));
    const before = linesOf(change.before);
    const after = linesOf(change.after);
    for (const line of before) if (!after.includes(line)) print(red(`- ${inert(line)}`));
    for (const line of after) if (!before.includes(line)) print(green(`+ ${inert(line)}`));
    print();
  }
}

function linesOf(text: string | undefined): string[] {
  if (text === undefined) return [];
  try {
    return JSON.stringify(JSON.parse(text), null, 2).split('\n');
  } catch {
    // Not whole JSON: as it came.
    return text.split('\n');
  }
}
