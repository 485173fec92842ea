// The icon names that the UI can draw, read from its source: importing it would bring React and every icon into a test of data.

import { readFileSync } from 'node:fs';
import path from 'node:path';

const text = readFileSync(path.resolve(import.meta.dirname, '../../renderer/ui/icons.ts'), 'utf8');
const body = /const icons = \{([\s\S]*?)\n\}/.exec(text)?.[1] ?? '';
const known = new Set([...body.matchAll(/^\s*'?([a-z][a-z0-9-]*)'?:/gm)].map((match) => match[1]));
if (known.size < 100) throw new Error('renderer/ui/icons.ts no longer looks as this check reads it.');

export const isKnownIcon = (name: string): boolean => known.has(name);
