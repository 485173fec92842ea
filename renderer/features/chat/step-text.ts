// What a step says of itself in one line. Pure.

import type { ToolCallPart } from '../../../shared/model/chat.ts';
import type { JsonObject } from '../../../shared/model/json.ts';
import { type ToolContent, toolText } from '../../../shared/model/tool.ts';
import { visibleText } from '../../markdown/hidden.ts';

const longest = 120;
const clip = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

/** The first line that says something, and how many follow. */
function firstLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const first = lines[0]?.trim() ?? '';
  if (/^[[{]$/.test(first) || lines.length > 12) return `${lines.length} lines`;
  return lines.length > 1 ? `${clip(first)} · ${lines.length - 1} more ${lines.length === 2 ? 'line' : 'lines'}` : clip(first);
}

/** "23 entries" for an answer that is, or holds just one, list. */
function countOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 1 ? '1 item' : `${value.length} items`;
  if (value === null || typeof value !== 'object') return undefined;
  const lists = Object.entries(value).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const only = lists[0];
  return lists.length === 1 && only !== undefined ? `${only[1].length} ${only[0]}` : undefined;
}

/** The argument a person would name it by: a path, a query, an address. */
export function mainArgument(args: JsonObject): string | undefined {
  for (const key of ['path', 'file', 'folder', 'query', 'url', 'name', 'text', 'message']) {
    const value = args[key];
    if (typeof value === 'string' && value !== '') return clip(visibleText(value.split('\n')[0] ?? ''));
  }
  const texts = Object.values(args).filter((value): value is string => typeof value === 'string' && value !== '');
  return texts.length === 1 && texts[0] !== undefined ? clip(visibleText(texts[0].split('\n')[0] ?? '')) : undefined;
}

/** The short result of a finished step, or what it works on while it runs. */
export function stepSummary(part: ToolCallPart): string {
  if (part.state === 'failed' || part.error !== undefined) {
    const said = part.error?.message ?? (part.result === undefined ? '' : toolText(part.result));
    return visibleText(firstLine(said)) || 'failed';
  }
  if (part.state === 'denied') return 'not allowed';
  if (part.state === 'stopped') return 'stopped';
  const subject = mainArgument(part.args);
  if (part.result === undefined) return subject ?? '';
  if (part.result.isError) return visibleText(firstLine(toolText(part.result))) || (subject ?? 'done');
  const { content, structured } = part.result;
  const text = content.flatMap((each) => (each.type === 'text' ? [each.text] : [])).join('\n');
  // The text is last: a line that is too long for the page loses its end.
  const found = [...besides(content), countOf(structured) ?? firstLine(text)].filter((each) => each !== '').join(' · ');
  return visibleText(found) || (subject ?? 'done');
}

/** What came beside the text: "1 picture", "2 resources". */
function besides(content: readonly ToolContent[]): string[] {
  const counted = (types: readonly ToolContent['type'][], word: string): string[] => {
    const count = content.filter(({ type }) => types.includes(type)).length;
    return count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`];
  };
  return [...counted(['image'], 'picture'), ...counted(['audio'], 'sound'), ...counted(['resource', 'resource-link'], 'resource')];
}
