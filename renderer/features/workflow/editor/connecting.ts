// Making a connection: refused here at once where the answer is plain, else by the runtime, always with the reason in words.

import type { NodeId } from '../../../../shared/model/ids.ts';
import { client, toAppError } from '../../../api/index.ts';
import { whyNot } from '../model/connections.ts';
import { connect, type PortEnd } from '../model/edits.ts';
import { apply, documentOf, type Editor } from './store.ts';

export type Refused = { message: string; hint?: string | undefined };

/** Undefined when it was made. */
export async function tryConnect(editor: Editor, from: PortEnd, to: PortEnd): Promise<Refused | undefined> {
  const { history, catalog } = editor.getState();
  const plain = whyNot(history.document, catalog, from, to);
  if (plain !== undefined) return { message: plain };
  try {
    const answer = await client.workflows.checkConnection({
      document: documentOf(history.document),
      from: { node: from.node as NodeId, port: from.port },
      to: { node: to.node as NodeId, port: to.port },
    });
    if (answer.complaint?.severity === 'error') return answer.complaint;
  } catch (thrown) {
    const error = toAppError(thrown);
    return { message: `The connection could not be checked: ${error.message}`, hint: error.hint };
  }
  // The document may have changed while the runtime thought.
  const now = editor.getState().history.document;
  const late = whyNot(now, catalog, from, to);
  if (late !== undefined) return { message: late };
  apply(editor, connect(now, from, to));
  return undefined;
}
