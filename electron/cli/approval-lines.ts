// What a person at a terminal reads of an approval before they answer: the whole call, what will change, whether it can be undone.
// The same wherever one is shown. Words from outside are made inert.

import type { InboxRequest } from '../../shared/model/grant.ts';
import { dim, inert } from './output.ts';

type Approval = Extract<InboxRequest, { kind: 'approval' }>;

export function approvalLines(request: Approval, stream: NodeJS.WriteStream = process.stdout): string[] {
  const { server, tool, args, details = [], preview, undoable, undoWords } = request;
  return [
    `${server}.${inert(tool)} ${inert(JSON.stringify(args))}`,
    ...details.map(({ label, text }) => `${dim(inert(label), stream)} ${inert(text)}`),
    ...(preview === undefined ? [] : [inert(preview.text)]),
    inert(undoWords ?? (undoable ? 'It can be undone.' : 'It cannot be undone.')),
  ];
}

/** Of a step that was cut off: the call, what it was given, and where to look. */
export function unknownLines(
  { tool, given = [], look }: Extract<InboxRequest, { kind: 'unknown-outcome' }>,
  stream: NodeJS.WriteStream = process.stdout,
): string[] {
  return [
    ...(tool === undefined ? [] : [`${dim('Tool', stream)} ${inert(tool)}`]),
    ...given.map(({ label, text }) => `${dim(inert(label), stream)} ${inert(text)}`),
    ...(look === undefined ? [] : [inert(look)]),
  ];
}
