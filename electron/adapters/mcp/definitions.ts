// Definitions of tools: what counts as one, how two differ, and which names are refused. Pure; who accepted what is kept elsewhere.

import { hasHidden, spellHidden } from '../../../shared/model/hidden-characters.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { ToolChange } from '../../../shared/model/tool.ts';
import type { FoundTool } from './worker-messages.ts';

/** With keys in one order, so that a server that orders them otherwise has changed nothing. */
function ordered(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, ordered(value[key] as JsonValue)]),
  );
}

/** Everything that a person judges a tool by and a model is told of it, as text for a difference view. */
export function definitionText(tool: FoundTool): string {
  const { name, title, description, inputSchema, outputSchema, readOnly, idempotent, destructive } = tool;
  const schemas = { inputSchema: ordered(inputSchema), ...(outputSchema === undefined ? {} : { outputSchema: ordered(outputSchema) }) };
  return JSON.stringify({ name, title, description, readOnly, idempotent, destructive, ...schemas }, null, 2);
}

export const definitionTexts = (tools: readonly FoundTool[]): Map<string, string> =>
  new Map(tools.map((tool) => [tool.name, definitionText(tool)]));

/** Hidden characters are read from the values, since JSON text spells some of them out and not others. */
function hiddenIn(value: JsonValue | undefined, place: string, found: string[]): string[] {
  if (found.length > 50) return found;
  if (typeof value === 'string') found.push(...spellHidden(value).map((each) => `${place}: ${each}`));
  else if (Array.isArray(value)) for (const [at, each] of value.entries()) hiddenIn(each, `${place}[${at}]`, found);
  else if (value !== null && typeof value === 'object')
    for (const [key, each] of Object.entries(value)) {
      if (hasHidden(key)) found.push(...spellHidden(key).map((hidden) => `the name of a part of ${place}: ${hidden}`));
      hiddenIn(each, `${place}.${key}`, found);
    }
  return found;
}

/** In the order of the tools; what went away is said only beside what came or changed, since lists shrink and grow by themselves. */
export function changesBetween(accepted: ReadonlyMap<string, string>, tools: readonly FoundTool[]): ToolChange[] {
  const changes: ToolChange[] = [];
  for (const tool of tools) {
    const before = accepted.get(tool.name);
    const after = definitionText(tool);
    if (before === after) continue;
    const hidden = hiddenIn(JSON.parse(after) as JsonValue, tool.name, []);
    changes.push({
      tool: tool.name,
      kind: before === undefined ? 'added' : 'changed',
      ...(before === undefined ? {} : { before }),
      after,
      hidden,
    });
  }
  if (changes.length === 0) return [];
  const now = new Set(tools.map((tool) => tool.name));
  for (const [tool, before] of accepted) if (!now.has(tool)) changes.push({ tool, kind: 'removed', before, hidden: [] });
  return changes;
}

/** Letters of other scripts, and digits, that look like a Latin letter. */
const lookAlikes: Record<string, string> = Object.fromEntries(
  [
    ['a', 'аɑα'],
    ['b', 'ЬƄ'],
    ['c', 'сϲ'],
    ['d', 'ԁɗ'],
    ['e', 'еєҽ'],
    ['g', 'ɡց'],
    ['h', 'һհ'],
    ['i', 'іıɩ1l|ӏ'],
    ['j', 'јϳ'],
    ['k', 'κк'],
    ['m', 'м'],
    ['n', 'ոп'],
    ['o', 'оοօ0σ'],
    ['p', 'рρ'],
    ['q', 'ԛգ'],
    ['r', 'г'],
    ['s', 'ѕꜱ5'],
    ['t', 'тτ'],
    ['u', 'υսц'],
    ['v', 'ѵν'],
    ['w', 'ԝѡ'],
    ['x', 'хχ'],
    ['y', 'уүγ'],
    ['z', 'ᴢ'],
  ].flatMap(([latin, others]) => [...(others as string)].map((other) => [other, latin as string])),
);

/** Names that look the same have the same looks. */
export const looksOf = (name: string): string => [...name.normalize('NFKC').toLowerCase()].map((each) => lookAlikes[each] ?? each).join('');

/** The same, whatever stands between its words. */
const skeleton = (name: string): string => looksOf(name).replace(/[\s_\-./:·․‐-―]+/g, '_');

/** Tools that may be offered, and those that may not, with the reason. `builtIn`: the looks of `server.tool` of Orrery's own. */
export function checkNames(
  tools: readonly FoundTool[],
  builtIn: ReadonlySet<string>,
): { kept: FoundTool[]; refused: { name: string; why: string }[] } {
  const kept: FoundTool[] = [];
  const refused: { name: string; why: string }[] = [];
  const exact = new Set<string>();
  const looks = new Map<string, string>();
  for (const tool of tools) {
    const look = skeleton(tool.name);
    const twin = looks.get(look);
    // Plain names may differ in a digit (`get_1`, `get_l`): only what is not plain is judged by its looks.
    const isPlain = /^[A-Za-z0-9_.:/-]+$/.test(tool.name) && (twin === undefined || /^[A-Za-z0-9_.:/-]+$/.test(twin));
    const why = hasHidden(tool.name)
      ? `its name has hidden characters (${spellHidden(tool.name, 3).join(', ')})`
      : /[^\S ]|^\s|\s$/.test(tool.name)
        ? 'its name has spaces at its ends or line breaks'
        : builtIn.has(looksOf(tool.name))
          ? 'it has the name of a tool of Orrery itself'
          : exact.has(tool.name)
            ? 'there is another of the same name'
            : twin !== undefined && !isPlain
              ? `its name looks like “${twin}”`
              : undefined;
    if (why !== undefined) {
      refused.push({ name: tool.name, why });
      continue;
    }
    exact.add(tool.name);
    if (!looks.has(look)) looks.set(look, tool.name);
    kept.push(tool);
  }
  return { kept, refused };
}
