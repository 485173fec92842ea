// Markdown: HTML to Markdown and back, by the libraries that n8n has. They are there only in the thread of imported nodes, because a
// text of a stranger may keep them busy for ever.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import { type Behaviour, forEachItem, type MarkdownLibrary, NodeFault, type NodeRun } from '../node-run.ts';
import { deepCopy, get, type Loose, set } from '../values.ts';

export const markdownNode: Behaviour = {
  async run(run) {
    if (run.libraries === undefined) throw new NodeFault('Markdown is made in a thread of its own, and here is none.');
    const library = await run.libraries.markdown();
    const toHtml = run.param('mode', 0, 'htmlToMarkdown') === 'markdownToHtml';
    return [
      forEachItem(run, (item, index) => {
        const text = toHtml ? htmlOf(run, index, library) : markdownOf(run, index, library);
        const json = deepCopy(item.json);
        set(json, run.param<string>('destinationKey', index, 'data'), text);
        return { json };
      }),
    ];
  },
};

const htmlOf = (run: NodeRun, index: number, library: MarkdownLibrary): Loose =>
  library.toHtml(run.param<unknown>('markdown', index, ''), run.param<JsonObject>('options', index, {}));

/** A pattern and what takes its place. */
const pair = (entry: Loose): [Loose, Loose] => [get(entry, 'pattern'), get(entry, 'replacement')];

function markdownOf(run: NodeRun, index: number, library: MarkdownLibrary): Loose {
  const given = run.param<Record<string, Loose>>('options', index, {});
  const replacements = run.param<Loose[]>('options.textReplace.values', index, []);
  const one = (path: string): [Loose, Loose] | undefined => {
    const entry = run.param<JsonObject>(path, index, {});
    return Object.keys(entry).length === 0 ? undefined : pair(entry);
  };
  const options: Record<string, unknown> = {
    ...given,
    textReplace: replacements.length === 0 ? undefined : replacements.map(pair),
    lineStartEscape: one('options.lineStartEscape.value'),
    globalEscape: one('options.globalEscape.value'),
    ignore: names(given.ignore),
    blockElements: names(given.blockElements),
  };
  const meant = Object.fromEntries(Object.entries(options).filter(([, value]) => Boolean(value)));
  return library.fromHtml(run.param<unknown>('html', index, ''), meant);
}

function names(list: Loose): string[] | undefined {
  if (!list) return undefined;
  if (typeof list !== 'string') throw new NodeFault('options.ignore.split is not a function');
  return list.split(',').map((each) => each.trim());
}
