// Two JSON texts as lines that can be set side by side: indented, long texts broken where they break. Pure.

import { structuredPatch } from 'diff';

export interface DiffLine {
  sign: '+' | '-' | ' ' | '@';
  text: string;
}

/** A JSON text as people read it; one that was cut, and so is not JSON any more, broken at its commas. */
export function readable(text: string): string {
  if (text === '') return '';
  try {
    return write(JSON.parse(text) as unknown, '').join('\n');
  } catch {
    return text.replace(/\\n/g, '\n').replace(/([{[,])(?=["{[\d])/g, '$1\n');
  }
}

function write(value: unknown, indent: string): string[] {
  if (typeof value === 'string') return value.split('\n').map((line) => `${indent}${line}`);
  if (value === null || typeof value !== 'object') return [`${indent}${String(value)}`];
  const entries = Array.isArray(value) ? value.map((item, index) => [String(index), item] as const) : Object.entries(value);
  if (entries.length === 0) return [`${indent}${Array.isArray(value) ? '[ ]' : '{ }'}`];
  return entries.flatMap(([key, item]) => {
    const lines = write(item, `${indent}  `);
    const [only] = lines;
    return lines.length === 1 && only !== undefined && only.length < 200
      ? [`${indent}${key}: ${only.trimStart()}`]
      : [`${indent}${key}:`, ...lines];
  });
}

const context = 3;

/** The lines that differ, with some around them; none when both are the same. */
export function diffLines(left: string, right: string): DiffLine[] {
  const { hunks } = structuredPatch('', '', `${readable(left)}\n`, `${readable(right)}\n`, '', '', { context });
  return hunks.flatMap((hunk, index): DiffLine[] => {
    const lines = hunk.lines
      .filter((line) => !line.startsWith('\\'))
      .map((line): DiffLine => ({ sign: line.startsWith('+') ? '+' : line.startsWith('-') ? '-' : ' ', text: line.slice(1) }));
    return index === 0 ? lines : [{ sign: '@', text: '…' }, ...lines];
  });
}
