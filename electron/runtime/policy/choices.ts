// The narrower ways to say "always", and the standing grant that each of them makes. Pure.

import type { ApprovalChoice } from '../../../shared/model/grant.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import type { GrantConditions, GrantDraft, GrantSubject } from '../../../shared/model/policy.ts';
import type { ToolInfo } from '../../../shared/model/tool.ts';
import { exactly, textOf } from './conditions.ts';
import { foldersFor, hostOf, isPlain, reachOf } from './reach.ts';
import { secretNamesIn } from './secret-handles.ts';

interface Call {
  tool: ToolInfo;
  builtIn: boolean;
  args: JsonObject;
}

/** Conditions are kept with at most so many characters each. */
const maxCondition = 1000;

/** Narrowest first; the whole tool is always there. */
export function choicesFor(call: Call): ApprovalChoice[] {
  const { tool, builtIn, args } = call;
  // What carries a secret asks every time.
  if (secretNamesIn(args).length > 0) return [];
  const name = `${tool.server}.${tool.name}`;
  const choices: ApprovalChoice[] = [];
  if (exactConditions(args) !== undefined) choices.push({ id: 'exact', words: `${name} with exactly these arguments` });
  const folders = plainFolders(call);
  if (folders.length > 0)
    choices.push({ id: 'folder', words: `${name} for everything in ${folders.join(' and ')}`.slice(0, maxCondition) });
  const host = hostIn(args);
  if (host !== undefined && (!builtIn || tool.server === 'web'))
    choices.push({ id: 'host', words: `${name} for addresses at ${host}`.slice(0, maxCondition) });
  choices.push({ id: 'tool', words: `${name} with any arguments` });
  return choices;
}

/** The grant that the choice makes; undefined when it is none of this call's. */
export function grantOfChoice(call: Call, choice: ApprovalChoice['id'], subject: GrantSubject): GrantDraft | undefined {
  if (!choicesFor(call).some(({ id }) => id === choice)) return undefined;
  const conditions = conditionsOf(call, choice);
  const { server, name } = call.tool;
  return conditions === undefined ? undefined : { subject, effect: 'allow', kind: 'tool-call', server, tool: name, conditions };
}

function conditionsOf(call: Call, choice: ApprovalChoice['id']): GrantConditions | undefined {
  switch (choice) {
    case 'exact': {
      const args = exactConditions(call.args);
      return args === undefined ? undefined : { args, noOtherArgs: true };
    }
    case 'folder':
      return { folders: plainFolders(call) };
    case 'host': {
      const host = hostIn(call.args);
      return host === undefined ? undefined : { hosts: [host] };
    }
    case 'tool':
      return {};
  }
}

/** Each argument that was given, to the letter; the grant holds for no call that gives another one besides. */
function exactConditions(args: JsonObject): Record<string, string> | undefined {
  const entries = Object.entries(args).map(([name, value]) => [name, exactly(textOf(value))] as const);
  if (entries.length === 0 || entries.length > 20 || entries.some(([, text]) => text.length > maxCondition)) return undefined;
  return Object.fromEntries(entries);
}

function plainFolders({ tool, builtIn, args }: Call): string[] {
  const reach = builtIn ? reachOf(tool.server, args) : undefined;
  if (reach?.kind !== 'files' || !reach.paths.every(isPlain)) return [];
  return foldersFor(tool.name, reach);
}

function hostIn(args: JsonObject): string | undefined {
  const host = typeof args.url === 'string' ? hostOf(args.url) : '';
  return host === '' ? undefined : host;
}
