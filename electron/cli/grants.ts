// `orrery grants`: what stands allowed or forbidden, taking it back, and what would be said to a call.

import type { Command } from 'commander';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import { parseJson } from '../../shared/model/json.ts';
import { ruleSaid } from '../../shared/model/rule-names.ts';
import type { HostClient } from '../wires/attach.ts';
import { approvalLines } from './approval-lines.ts';
import { findGrant } from './find-grant.ts';
import { readLimit } from './limit.ts';
import { amber, dim, exitCodes, formatTime, inert, print, printJson, printTable, red } from './output.ts';
import { withHost } from './with-host.ts';

interface Options {
  json?: boolean;
  data?: string;
}
const example = '\nExample:\n  orrery grants explain Librarian files.write_text \'{"path": "/home/me/a.md", "text": "hello"}\'';

export function grantsCommand(program: Command): void {
  const grants = program.command('grants').description('what may be done without asking: list it, take it back, try what would be said');
  const command = (name: string, description: string, options: { isDefault?: boolean } = {}): Command =>
    grants.command(name, options).description(description).option('--json', 'print JSON').option('--data <folder>', 'the data folder');

  command('list', 'every standing grant', { isDefault: true })
    .option('--find <text>', 'only those with this text')
    .action((options: Options & { find?: string }) => withHost(options, (client) => list(client, options)));
  for (const [name, words] of [
    ['revoke', 'take one back'],
    ['restore', 'give one again that was taken back'],
  ] as const)
    command(name, words)
      .argument('<grant>', 'its number in the list, or its id')
      .action((which: string, options: Options) =>
        withHost(options, async (client) => {
          const { id } = await findGrant(client, which);
          const grant = await (name === 'revoke' ? client.policy.revokeGrant({ id }) : client.policy.restoreGrant({ id }));
          if (options.json === true) printJson(grant);
          else print(`${name === 'revoke' ? 'Taken back' : 'Given again'}: ${inert(`${grant.who}: ${grant.words.join(', ')}`)}`);
          return exitCodes.ok;
        }),
      );
  command('explain', 'what would be said to a call of an agent, and why; nothing is done')
    .argument('<agent>', 'its name or id')
    .argument('<server.tool>', 'the tool')
    .argument('[arguments]', 'as a JSON object', '{}')
    .addHelpText('after', example)
    .action((agent: string, tool: string, args: string, options: Options) =>
      withHost(options, (client) => explain(client, { agent, tool, args }, options)),
    );
  command('decisions', 'what was decided since the host started, newest first')
    .option('--limit <n>', 'how many', '30')
    .action((options: Options & { limit: string }) => withHost(options, (client) => decisions(client, options)));
}

const states = { active: 'holds', ended: 'time is over', changed: 'asks again', revoked: 'taken back' } as const;

async function list(client: HostClient, options: Options & { find?: string }): Promise<number> {
  const all = await client.policy.listGrants({ query: options.find ?? '' });
  if (options.json === true) printJson(all);
  else if (all.length === 0) print('Nothing is allowed without asking, beside what agents and jobs were given on their own pages.');
  else
    printTable(
      all.map((grant, index) => [
        `${index + 1}`,
        grant.effect === 'deny' ? red('forbids') : 'allows',
        inert(grant.who),
        inert(grant.words.join(', ')),
        grant.state === 'active' ? '' : amber(states[grant.state]),
        dim(
          grant.uses === 0
            ? 'never used'
            : `used ${grant.uses} times${grant.lastUsedAt === undefined ? '' : `, ${formatTime(grant.lastUsedAt)}`}`,
        ),
        dim(grant.id),
      ]),
    );
  return exitCodes.ok;
}

async function explain(client: HostClient, call: { agent: string; tool: string; args: string }, options: Options): Promise<number> {
  const agents = await client.agents.list();
  const agent =
    agents.find((each) => each.id === call.agent) ?? agents.find((each) => each.name.toLowerCase() === call.agent.toLowerCase());
  if (agent === undefined)
    throw new AppError('agent-not-found', `There is no agent ${call.agent}.`, {
      hint: `There are: ${agents.map((each) => each.name).join(', ')}.`,
    });
  const dot = call.tool.indexOf('.');
  if (dot < 1) throw new AppError('input-usage', 'Name the tool as server.tool.', { hint: 'Such as files.write_text.' });
  const args = parseJson(call.args, 'The arguments');
  if (args === null || typeof args !== 'object' || Array.isArray(args))
    throw new AppError('input-usage', 'The arguments must be a JSON object.', { hint: 'Such as {"path": "/home/me/a.md"}.' });
  const answer = await client.policy.dryRun({
    agent: agent.id,
    server: call.tool.slice(0, dot) as ServerId,
    tool: call.tool.slice(dot + 1),
    args,
  });
  if (options.json === true) printJson(answer);
  else {
    const { outcome, reason, rule, grant } = answer.decision;
    const words = { allow: 'It would be done without asking.', ask: 'You would be asked.', deny: 'It would be refused.' } as const;
    print(outcome === 'allow' ? words.allow : outcome === 'ask' ? amber(words.ask) : red(words.deny));
    print(inert(reason));
    print(dim(inert(`Rule: ${ruleSaid(rule)}`)));
    if (grant !== undefined) print(dim(inert(`Grant: ${(await wordsOfGrant(client, grant)) ?? grant}`)));
    if (answer.approval !== undefined) print([`\n${inert(answer.approval.action)}?`, ...approvalLines(answer.approval)].join('\n'));
  }
  return exitCodes.ok;
}

/** In words and by its number, as the other commands take it; undefined when it is not in the list. */
async function wordsOfGrant(client: HostClient, id: string): Promise<string | undefined> {
  const all = await client.policy.listGrants({ query: '' });
  const at = all.findIndex((each) => each.id === id);
  const grant = all[at];
  return grant === undefined ? undefined : `${grant.who}: ${grant.words.join(', ')} (number ${at + 1}, ${id})`;
}

async function decisions(client: HostClient, options: Options & { limit: string }): Promise<number> {
  const limit = readLimit(options.limit, 500);
  const all = await client.policy.recentDecisions({ limit });
  if (options.json === true) printJson(all);
  else if (all.length === 0) print('Nothing was decided since the host started. The audit log keeps what was decided before.');
  else printTable(all.map((each) => [dim(formatTime(each.at)), each.outcome, inert(each.who), inert(each.what), inert(each.reason)]));
  return exitCodes.ok;
}
