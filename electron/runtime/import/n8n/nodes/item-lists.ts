// Item Lists, versions 1 to 3: the older node that is Split Out, Aggregate, Remove Duplicates, Sort, Limit and Summarize in one.

import { type Behaviour, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { fieldNames } from '../values.ts';
import { aggregate, limitNode, sortItems, splitOut } from './lists.ts';
import { removeDuplicates } from './remove-duplicates.ts';
import { summarizeOld } from './summarize-old.ts';

export const itemListsNode: Behaviour = { rawParameters: ['code'], run: async (run) => run1(run) };

async function run1(run: NodeRun): Promise<Item[][]> {
  const operation = run.param<string>('operation', 0, 'splitOutItems');
  const version = run.version;
  switch (operation) {
    case 'splitOutItems':
      return [
        splitOut(
          run,
          (index) => {
            const field = run.param<string>('fieldToSplitOut', index, '');
            if (version < 2) return [field];
            return version < 3 ? field.split(',').map((each) => each.trim()) : fieldNames(field, 'Fields To Split Out');
          },
          { missingFails: version < 2.1, plainFails: version < 2.2 },
        ),
      ];
    case 'aggregateItems':
    case 'concatenateItems':
      return [[aggregate(run, version < 3 ? (path) => oldNames(run, path) : undefined)]];
    case 'removeDuplicates':
      return [removeDuplicates(run, (path, what) => (version < 3 ? oldNames(run, path) : fieldNames(run.param(path, 0, ''), what)))];
    case 'sort':
      return [await sortItems(run)];
    case 'limit':
      return (await limitNode.run(run)) as Item[][];
    case 'summarize':
      return [summarizeOld(run)];
    default:
      throw new NodeFault(`The operation "${operation}" is not known!`);
  }
}

const oldNames = (run: NodeRun, path: string): string[] =>
  run.param<{ fieldName: string }[]>(`${path}.fields`, 0, []).map((each) => each.fieldName);
