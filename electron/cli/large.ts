// Values that are too large to come along with a run, fetched in parts.

import type { RunId } from '../../shared/model/ids.ts';
import type { JsonValue } from '../../shared/model/json.ts';
import type { RunView } from '../../shared/model/run-view.ts';
import type { HostClient } from '../wires/attach.ts';

/** The view with all outputs of the run. */
export async function withLargeOutputs(client: HostClient, id: RunId, view: RunView): Promise<RunView> {
  if (view.large === undefined) return view;
  const { large, ...rest } = view;
  const outputs: Record<string, JsonValue> = { ...view.outputs };
  for (const [name, { hash }] of Object.entries(large)) outputs[name] = JSON.parse(await readLarge(client, id, hash)) as JsonValue;
  return { ...rest, outputs };
}

async function readLarge(client: HostClient, id: RunId, hash: string): Promise<string> {
  let text = '';
  for (let offset: number | undefined = 0; offset !== undefined; ) {
    const part: { text: string; next?: number | undefined } = await client.runs.readLarge({ id, hash, offset });
    text += part.text;
    offset = part.next;
  }
  return text;
}
