// The words on an approval and the lines of its preview. Pure.

import type { InboxItem } from '../../../shared/model/grant.ts';
import { visibleText } from '../../markdown/hidden.ts';

export interface PreviewLine {
  sign: '+' | '-' | ' ' | '@';
  text: string;
}

const isHeader = (line: string): boolean => /^(---|\+\+\+|Index:|diff |={10,}|\\ No newline)/.test(line);

/** Lines of a preview; in a diff each carries its sign, and file headers are left out (the heading names the file). */
export function previewLines(preview: { kind: 'diff' | 'text'; text: string }): PreviewLine[] {
  const lines = preview.text.replace(/\n$/, '').split('\n');
  if (preview.kind === 'text') return lines.map((text) => ({ sign: ' ', text }));
  let started = false;
  const shown: PreviewLine[] = [];
  for (const line of lines) {
    if (line.startsWith('@@')) {
      started = true;
      shown.push({ sign: '@', text: line });
    } else if (!started && isHeader(line)) {
    } else if (line.startsWith('\\ No newline')) {
    } else if (line.startsWith('+')) shown.push({ sign: '+', text: line.slice(1) });
    else if (line.startsWith('-')) shown.push({ sign: '-', text: line.slice(1) });
    else shown.push({ sign: ' ', text: line.replace(/^ /, '') });
  }
  // A first hunk at the top says nothing that the lines do not.
  return shown[0]?.sign === '@' ? shown.slice(1) : shown;
}

const longestButton = 32;

/** What stands on the button: the action, short enough for one. "Rename 21 files in Documents" gives "Rename 21 files". */
export function verbOf(action: string): string {
  const text = visibleText(action.trim())
    // What stands in quotation marks is given by whoever asks: the heading shows it.
    .replace(/(?: (?:for|to))?:? “.*”$/su, '')
    .replace(/[.?!]$/, '');
  if (text === '') return 'Allow';
  if (text.startsWith('Go on with ')) return 'Go on';
  if (text.length <= longestButton && !/\s(in|into|to|from|at|on|with) /.test(text)) return text;
  const short = text.split(/\s(?:in|into|to|from|at|on|with)\s/)[0] ?? text;
  if (short.length <= longestButton) return short;
  const verb = short.split(/\s/)[0] ?? '';
  return verb.length <= longestButton && verb !== '' ? `${verb} it` : 'Allow';
}

/** A long address as its host, for headings: the whole one stands in the request below. Never the name before an `@`. */
export const shortAction = (action: string): string =>
  visibleText(action).replaceAll(/https?:\/\/\S{24,}/g, (address) => (URL.canParse(address) ? new URL(address).host : address));

/** The reason without what it says in brackets of where things were read: that is listed beside it. */
export function shortReason(reason: string, froms: readonly string[]): string {
  let text = visibleText(reason);
  for (const from of froms) text = text.replace(` (${visibleText(from)})`, '');
  return text;
}

/** A question's first paragraph asks; what follows is what it is about. */
export function questionParts(question: string): { head: string; rest: string } {
  const [head = '', ...rest] = visibleText(question.trim()).split(/\n\s*\n/);
  return { head: head.trim(), rest: rest.join('\n\n').trim() };
}

/** Newest first, by when they were answered or given up. */
export const settledFirst = (items: readonly InboxItem[]): InboxItem[] => items.toSorted((a, b) => settledAt(b) - settledAt(a));

/** When it was answered, or when its time was over. */
export const settledAt = (item: InboxItem): number =>
  item.answeredAt ?? (item.status === 'expired' ? item.expiresAt : undefined) ?? item.createdAt;

/** One line for lists: what it is about. */
export function titleOf(item: InboxItem): string {
  switch (item.request.kind) {
    case 'approval':
      return `${shortAction(item.request.action)}?`;
    case 'question':
      return questionParts(item.request.question).head;
    case 'unknown-outcome':
      return `${visibleText(item.request.what)}: did this happen?`;
    default:
      return '';
  }
}
