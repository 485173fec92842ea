// Copied nodes go through the system clipboard as JSON, so they can be pasted into another workflow or window. What comes
// back is text from outside and is read with the same care as a file.

import { z } from 'zod';
import { parseJson } from '../../../../shared/model/json.ts';
import { workflowEdge, workflowNode } from '../../../../shared/model/workflow.ts';
import type { Clip } from '../model/edits.ts';

const clipShape = z.object({
  format: z.literal('orrery.nodes'),
  nodes: z.array(workflowNode).max(2000),
  edges: z.array(workflowEdge).max(8000),
});

/** Undefined when the text is something else. */
export function readClip(text: string): Clip | undefined {
  if (!text.includes('orrery.nodes')) return undefined;
  try {
    const result = clipShape.safeParse(parseJson(text, 'The clipboard'));
    return result.success ? result.data : undefined;
  } catch {
    // Not ours: pasting then does nothing here, as with any other text.
    return undefined;
  }
}

export const writeClip = (clip: Clip): string => JSON.stringify(clip);
