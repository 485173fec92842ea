// What a person at a terminal reads of an approval before they answer: the whole call, what will change, whether it can be undone.
// The same wherever one is shown. Words from outside are made inert; signs that are not seen, or that turn what stands around them, are
// written out, and no text can begin a line as if it were another one.

import type { InboxRequest } from '../../shared/model/grant.ts';
import { revealHidden } from '../../shared/model/hidden-characters.ts';
import { dim, inert } from './output.ts';

/** As it is, with nothing of it hidden: what is approved is what is read. */
export const seen = (text: string): string =>
  revealHidden(inert(text))
    .map(({ text: piece, hidden }) => (hidden === undefined ? piece : `⟨${piece}⟩`))
    .join('')
    .replaceAll('\n', '\n    ');

type Approval = Extract<InboxRequest, { kind: 'approval' }>;

export function approvalLines(request: Approval, stream: NodeJS.WriteStream = process.stdout): string[] {
  const { server, tool, args, details = [], preview, undoable, undoWords } = request;
  return [
    `${server}.${seen(tool)} ${seen(JSON.stringify(args))}`,
    ...details.map(({ label, text }) => `${dim(seen(label), stream)} ${seen(text)}`),
    ...(preview === undefined ? [] : [`    ${seen(preview.text)}`]),
    seen(undoWords ?? (undoable ? 'It can be undone.' : 'It cannot be undone.')),
  ];
}

/** Of a step that was cut off: the call, what it was given, and where to look. */
export function unknownLines(
  { tool, given = [], look }: Extract<InboxRequest, { kind: 'unknown-outcome' }>,
  stream: NodeJS.WriteStream = process.stdout,
): string[] {
  return [
    ...(tool === undefined ? [] : [`${dim('Tool', stream)} ${seen(tool)}`]),
    ...given.map(({ label, text }) => `${dim(seen(label), stream)} ${seen(text)}`),
    ...(look === undefined ? [] : [seen(look)]),
  ];
}
