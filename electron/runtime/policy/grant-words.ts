// A standing grant in words, one thing a line. Pure.

import type { GrantConditions, GrantDraft } from '../../../shared/model/policy.ts';
import { wordsOfServed } from './action-words.ts';

export function wordsOfGrant(grant: Pick<GrantDraft, 'kind' | 'server' | 'tool' | 'target' | 'conditions'>): string[] {
  return [subjectLine(grant), ...conditionLines(grant.conditions)];
}

const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function subjectLine({ kind, server, tool, target }: Pick<GrantDraft, 'kind' | 'server' | 'tool' | 'target'>): string {
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
      return target === '*' ? 'Use everything that Orrery offers' : upper(wordsOfServed(target ?? ''));
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
