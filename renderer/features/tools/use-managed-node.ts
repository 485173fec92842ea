import { useState } from 'react';
import type { ManagedNode } from '../../../shared/model/managed-node.ts';
import { client, useStream } from '../../api/index.ts';

/** The Node for tool servers, as it is now; undefined until it is known. */
export function useManagedNode(): ManagedNode | undefined {
  const [node, setNode] = useState<ManagedNode>();
  useStream((signal) => client.servers.watchNode(undefined, { signal }), setNode, []);
  return node;
}
