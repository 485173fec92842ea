import { useMemo } from 'react';
import type { WorkflowDocument } from '../../../../shared/model/workflow.ts';
import { client, useCall } from '../../../api/index.ts';
import { catalogOf, descriptorOf, titleOf } from '../model/catalog.ts';

/** What each node of a graph is called, by its id. */
export function useNodeTitles(document: WorkflowDocument | undefined): ReadonlyMap<string, string> {
  const types = useCall((signal) => client.workflows.listNodeTypes(undefined, { signal }), []);
  return useMemo(() => {
    const catalog = catalogOf(types.data ?? []);
    return new Map<string, string>((document?.nodes ?? []).map((node) => [node.id, titleOf(node, descriptorOf(catalog, node))]));
  }, [document, types.data]);
}
