// The elements that a selector of jQuery's kind finds: CSS, and the places in what was found (`:eq(1)`, `:first`) that CSS has not.

export interface Queryable {
  querySelectorAll(selector: string): Iterable<unknown>;
}

const placed = /:(first|last|eq|nth|gt|lt|even|odd)(?![\w-])(?:\(\s*(-?\d+)\s*\))?/;

/** The parts of a list of selectors; commas in brackets and quotes belong to a part. */
function partsOf(list: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  let quote = '';
  for (const char of list) {
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '(' || char === '[') depth += 1;
    else if (char === ')' || char === ']') depth -= 1;
    else if (char === ',' && depth === 0) {
      parts.push('');
      continue;
    }
    parts[parts.length - 1] += char;
  }
  return parts;
}

function pick<T>(all: T[], name: string, place: number): T[] {
  switch (name) {
    case 'first':
      return all.slice(0, 1);
    case 'last':
      return all.slice(-1);
    case 'gt':
      return all.slice(place < 0 ? all.length + place + 1 : place + 1);
    case 'lt':
      return all.slice(0, place < 0 ? all.length + place : place);
    case 'even':
      return all.filter((_, index) => index % 2 === 0);
    case 'odd':
      return all.filter((_, index) => index % 2 === 1);
    default:
      return all.slice(place).slice(0, 1);
  }
}

function selectPart(root: Queryable, part: string): Queryable[] {
  const found = placed.exec(part);
  if (found === null) return [...root.querySelectorAll(part)] as Queryable[];
  const before = part.slice(0, found.index).trim();
  const after = part.slice(found.index + found[0].length).trim();
  const chosen = pick([...root.querySelectorAll(before === '' ? '*' : before)] as Queryable[], found[1] ?? '', Number(found[2] ?? 0));
  if (after === '') return chosen;
  return [...new Set(chosen.flatMap((element) => selectPart(element, /^[>+~]/.test(after) ? `:scope ${after}` : after)))];
}

/** Throws what the CSS parser throws of a selector that is none. */
export function selectAll(root: Queryable, selector: string): Queryable[] {
  if (!placed.test(selector)) return [...root.querySelectorAll(selector)] as Queryable[];
  const parts = partsOf(selector);
  const found = new Set(parts.flatMap((part) => selectPart(root, part.trim())));
  if (parts.length === 1) return [...found];
  return ([...root.querySelectorAll('*')] as Queryable[]).filter((element) => found.has(element));
}
