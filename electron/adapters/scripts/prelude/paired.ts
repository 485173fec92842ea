// Follows an item back to the item of an earlier step that it came from, as n8n links items.

import { ExpressionError } from './errors.ts';
import { type Given, type Item, itemsOf, nodeOf, outputsOf, type PairedItem, type Source } from './given.ts';

const missing = (from: Given, name: string, method: string): ExpressionError =>
  new ExpressionError(
    nodeOf(from, name)?.pinned === true
      ? `Using the ${method} method doesn't work with pinned data in this scenario. Please unpin '${name}' and try again.`
      : `Paired item data for ${method} from node '${name}' is unavailable. Ensure '${name}' is providing the required output.`,
  );

const links = (item: Item | undefined): PairedItem[] | undefined => {
  const paired = item?.pairedItem;
  if (paired === undefined || paired === null) return undefined;
  return (Array.isArray(paired) ? paired : [paired]).map((each) => (typeof each === 'number' ? { item: each } : each));
};

/** Without links: the same place when there are as many, or the only one. */
function byPlace(target: Item[], index: number, count: number): Item | undefined {
  if (target.length === count) return target[index];
  return target.length === 1 ? target[0] : undefined;
}

export function pairedItem(from: Given, name: string, index: number, method: string): Item {
  const known = new Map<string, Item | Error>();
  const target = outputsOf(from, name) ?? [];
  const firstFilled = target.find((items) => items.length > 0) ?? [];

  function follow(source: Source, at: number): Item | Error {
    const key = `${source.node}\0${source.run ?? 0}\0${source.output ?? 0}\0${at}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    // A circle in the links leads nowhere.
    known.set(key, missing(from, source.node ?? name, method));
    const found = trace(source, at);
    known.set(key, found);
    return found;
  }

  function trace(source: Source, at: number): Item | Error {
    const here = source.node ?? '';
    const other = nodeOf(from, here)?.traced?.[source.run ?? 0];
    const outputs = other?.outputs ?? outputsOf(from, here);
    const items = outputs?.[source.output ?? 0] ?? [];
    const item = items[at];
    if (here === name) return item ?? missing(from, here, method);
    const next = links(item);
    const sources = other?.sources ?? nodeOf(from, here)?.sources;
    if (sources === undefined)
      return byPlace(firstFilled, next?.length === 1 ? (next[0] as PairedItem).item : at, items.length) ?? missing(from, here, method);
    if (next === undefined && sources.length > 0) return missing(from, here, method);
    const found = (next ?? []).flatMap((link) => {
      const back = sources[link.input ?? 0];
      return back === undefined || back === null ? [] : [follow(back, link.item)];
    });
    const good = found.filter((each): each is Item => !(each instanceof Error));
    // n8n itself stumbles where no link leads on; an expression is undefined then.
    if (found.length === 0) return new TypeError("Cannot read properties of undefined (reading 'error')");
    if (good.length === 0) return found[0] as Error;
    if (good.some((each) => each !== good[0])) return new ExpressionError('Multiple matches found');
    return good[0] as Item;
  }

  const count = itemsOf(from).length;
  const result =
    from.source?.node === undefined || outputsOf(from, from.source.node) === undefined
      ? (byPlace(firstFilled, links(itemsOf(from)[index])?.[0]?.item ?? index, count) ?? missing(from, name, method))
      : follow(from.source, index);
  if (result instanceof Error) throw result;
  return result;
}
