// Is this text cheap to parse and draw? Markdown is nested without end by a few thousand signs, and some parsers take the square of their
// number: such a text would hold up the window at each of its words, or end it. It is shown as the plain text it is.

/** Quotes and lists within each other: nobody writes more. */
const maxDepth = 32;
/** Signs that may open something, in one paragraph. */
const maxMarks = 3_000;
const maxPipes = 12_000;
/** Characters of one paragraph. */
const maxParagraph = 100_000;

const containers = /^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)))+/;
const container = />|[-*+](?=[ \t]|$)|\d{1,9}[.)]/g;
const fence = /^ {0,3}(`{3,}|~{3,})/;

/** Linear in the text. */
export function isHeavy(text: string): boolean {
  let [marks, pipes, length] = [0, 0, 0];
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const mark = fence.exec(line)?.[1];
    // A fence is closed by one of its kind that is as long.
    if (open === undefined ? mark !== undefined : mark?.startsWith(open) === true && line.trim() === mark) {
      open = open === undefined ? mark : undefined;
      [marks, pipes, length] = [0, 0, 0];
      continue;
    }
    if (open !== undefined) continue;
    if (depthOf(line) > maxDepth) return true;
    if (line.trim() === '') [marks, pipes, length] = [0, 0, 0];
    length += line.length;
    for (let at = 0; at < line.length; at += 1) {
      const sign = line.charCodeAt(at);
      if (sign === 124) pipes += 1;
      // * _ ~ ` [ ]
      else if (sign === 42 || sign === 95 || sign === 126 || sign === 96 || sign === 91 || sign === 93) marks += 1;
    }
    if (marks > maxMarks || pipes > maxPipes || length > maxParagraph) return true;
  }
  return false;
}

/** How deep the line is in quotes and lists: by those that it opens, or by where its list stands. */
function depthOf(line: string): number {
  const prefix = containers.exec(line)?.[0];
  if (prefix === undefined) return 0;
  const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  return indent / 2 + (prefix.match(container)?.length ?? 0);
}
