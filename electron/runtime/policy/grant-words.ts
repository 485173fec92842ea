// A standing grant in words, one thing a line. Pure.

import type { GrantConditions, GrantDraft } from '../../../shared/model/policy.ts';
import { type KnownNames, quote, wordsOfServed } from './action-words.ts';
import { namedIn } from './served-agreed.ts';

type Grant = Pick<GrantDraft, 'kind' | 'server' | 'tool' | 'target' | 'conditions'>;

export function wordsOfGrant(grant: Grant, names?: KnownNames): string[] {
  const named = namedIn(grant);
  const name = named === undefined ? undefined : names?.[named.kind](named.id);
  if (named === undefined || name === undefined) return [subjectLine(grant), ...conditionLines(grant.conditions)];
  // Said by its name, its id need not be said too.
  const { [named.kind]: _id, ...args } = grant.conditions.args ?? {};
  const what = named.kind === 'workflow' ? 'Run the workflow' : 'Ask the agent';
  return [`${what} ${quote(name)}`, 'only as it was when you allowed it', ...conditionLines({ ...grant.conditions, args })];
}

const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function subjectLine({ kind, server, tool, target, conditions }: Grant): string {
  switch (kind) {
    case 'tool-call':
      if (server === undefined) return 'Call any tool';
      return tool === '*' ? `Call every tool of ${server}` : `Call ${server}.${tool}`;
    case 'file-write':
      return 'Write files';
    case 'network':
      return 'Send requests over the network';
    case 'process-start':
      return target === undefined ? 'Start programs' : `Start ${target}`;
    case 'secret-use':
      return `Use ${target === '*' ? 'every secret' : `the secret ${target}`}${tool === undefined ? '' : ` for ${tool}`}`;
    case 'settings-change':
      return target === '*' ? 'Change settings' : `Change the setting ${target}`;
    case 'sampling':
      return 'Ask your models';
    case 'serve':
      if (target === '*') return 'Use everything that Orrery offers';
      if (target === 'run_workflow' && conditions.args?.workflow === undefined) return 'Run any workflow';
      if (target === 'ask_agent' && conditions.args?.agent === undefined) return 'Ask any agent';
      return upper(wordsOfServed(target ?? ''));
  }
}

function conditionLines({ args, noOtherArgs, folders, hosts, perHour, tokensPerDay, until, hours }: GrantConditions): string[] {
  const lines: string[] = [];
  for (const [name, pattern] of Object.entries(args ?? {})) lines.push(`only when ${name} is ${pattern.slice(0, 200)}`);
  if (noOtherArgs === true) lines.push('only with no other arguments');
  if (folders !== undefined) lines.push(`only in ${folders.join(', ') || 'no folder'}`);
  if (hosts !== undefined) lines.push(`only to ${hosts.map((host) => (host === '*' ? 'any public host' : host)).join(', ') || 'no host'}`);
  if (perHour !== undefined) lines.push(`at most ${perHour} ${perHour === 1 ? 'time' : 'times'} an hour`);
  if (tokensPerDay !== undefined) lines.push(`at most ${tokensPerDay.toLocaleString('en')} tokens a day`);
  if (until !== undefined) lines.push(`until ${new Date(until).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' })}`);
  if (hours !== undefined) lines.push(`from ${hours.from} to ${hours.to}`);
  return lines;
}
