// HTML: values by CSS selector, a page from a template, a table from items; and the older HTML Extract.

import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { type Behaviour, type HtmlFound, type HtmlLibrary, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { get, type Loose, plainKey } from '../values.ts';

interface Wanted {
  key: string;
  cssSelector: string;
  returnValue?: string;
  attribute?: string;
  returnArray?: boolean;
  skipSelectors?: string;
}

export const htmlNode: Behaviour = {
  rawParameters: ['html'],
  limits: (parameters) =>
    parameters.sourceData === 'binary' ? [{ verdict: 'not', reason: 'Reading HTML from a file (binary data) is not done here.' }] : [],
  async run(run) {
    const isExtractNode = run.node.type.endsWith('.htmlExtract');
    const operation = isExtractNode ? 'extractHtmlContent' : run.param<string>('operation', 0, 'generateHtmlTemplate');
    if (operation === 'convertToHtmlTable') return [run.items.length === 0 ? [] : [table(run)]];
    const made: Item[] = [];
    if (run.libraries === undefined) throw new NodeFault('HTML is read in a thread of its own, and here is none.');
    const library = await run.libraries.html();
    for (let index = 0; index < run.items.length; index += 1) {
      try {
        if (operation === 'generateHtmlTemplate')
          made.push({ json: { html: await fillTemplate(run, index) }, pairedItem: { item: index } });
        else if (operation === 'extractHtmlContent') extract(run, index, { library, isExtractNode, made });
      } catch (error) {
        if (!run.continuesOnFail) throw error;
        made.push({ json: { error: messageOf(error) }, pairedItem: { item: index } });
      }
    }
    return [made];
  },
};

async function fillTemplate(run: NodeRun, index: number): Promise<string> {
  const raw = run.raw('html') ?? '';
  let html = String(typeof raw === 'string' && raw.startsWith('=') ? await run.evaluateText(raw, index) : raw);
  for (const part of html.match(/{{[\s\S]*?}}/g) ?? []) {
    const value = await run.evaluateText(`=${part}`, index);
    html = html.replace(part, typeof value === 'object' && value !== null ? String(value) : String(value));
  }
  return html;
}

interface Extraction {
  library: HtmlLibrary;
  isExtractNode: boolean;
  /** What was made of the pages before one that is none stays. */
  made: Item[];
}

function extract(run: NodeRun, index: number, { library, isExtractNode, made }: Extraction): void {
  const name = run.param<string>('dataPropertyName', index, 'data');
  const wanted = run.param<Wanted[]>('extractionValues.values', index, []);
  const options = run.param<JsonObject>('options', index, {});
  if (run.param('sourceData', index, 'json') !== 'json') throw new NodeFault('Reading HTML from a file (binary data) is not done here.');
  const { json } = run.items[index] as Item;
  const source = run.version === 1 && !isExtractNode ? json[plainKey(json, name)] : get(json, name);
  if (source === undefined) throw new NodeFault(`No property named "${name}" exists!`);
  for (const html of Array.isArray(source) ? source : [source]) {
    const find = library.open(html);
    const read = (found: HtmlFound, each: Wanted): string | undefined =>
      isExtractNode ? readOld(found, each, options) : readValue(found, each, options, run.version, library);
    const found: Record<string, Loose> = {};
    for (const each of wanted) {
      const elements = find(each.cssSelector);
      found[each.key] = each.returnArray ? elements.each().map((element) => read(element, each) as JsonValue) : read(elements, each);
    }
    made.push({ json: found as JsonObject, pairedItem: { item: index } });
  }
}

const joined = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.join(',') : value);

function readValue(found: HtmlFound, wanted: Wanted, options: JsonObject, version: number, library: HtmlLibrary): string | undefined {
  let value: string | undefined;
  switch (wanted.returnValue ?? 'text') {
    case 'attribute':
      value = found.attribute(wanted.attribute ?? '');
      break;
    case 'html':
      value = found.html() || undefined;
      break;
    case 'value':
      value = joined(found.value());
      break;
    default: {
      const skipped = wanted.skipSelectors ? wanted.skipSelectors.split(',').map((each) => each.trim()) : [];
      value = version <= 1.1 ? found.text() || undefined : library.toText(found.html() ?? '', skipped);
    }
  }
  if (value === undefined) return undefined;
  if (options.trimValues) value = value.trim();
  if (options.cleanUpText)
    value = value
      .trim()
      .replace(/\r\n|\n|\r/gm, '')
      .replace(/\s+/g, ' ');
  return value;
}

/** The older node has one option, and keeps an empty text. */
function readOld(found: HtmlFound, wanted: Wanted, options: JsonObject): string | undefined {
  const of = wanted.returnValue ?? 'text';
  const value =
    of === 'attribute'
      ? found.attribute(wanted.attribute ?? '')
      : of === 'html'
        ? found.html() || undefined
        : of === 'value'
          ? joined(found.value())
          : found.text();
  return options.trimValues === false ? value : value?.trim();
}

const capitalize = (header: string): string =>
  header
    .split('_')
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

function table(run: NodeRun): Item {
  const options = run.param<JsonObject>('options', 0, {});
  const isPlain = options.customStyling === true;
  const tableStyle = isPlain ? '' : "style='border-spacing:0; font-family:helvetica,arial,sans-serif'";
  const headerStyle = isPlain
    ? ''
    : "style='margin:0; padding:7px 20px 7px 0px; border-bottom:1px solid #eee; text-align:left; color:#888; font-weight:normal'";
  const cellStyle = isPlain ? '' : "style='margin:0; padding:7px 20px 7px 0px; border-bottom:1px solid #eee'";
  const headers = [...new Set(run.items.flatMap((item) => Object.keys(item.json)))];
  const head = headers.map((header) => `<th>${options.capitalize === true ? capitalize(header) : header}</th>`).join('');
  const rows = run.items.map((item, index) => {
    const cells = headers.map((header) => {
      const value = item.json[header];
      const shown = typeof value === 'boolean' ? `<input type="checkbox" ${value ? 'checked="checked"' : ''}/>` : String(value);
      return `<td ${cellStyle} ${run.param<string>('options.cellAttributes', index, '')}>${shown}</td>`;
    });
    return `<tr  ${run.param<string>('options.rowAttributes', index, '')}>${cells.join('')}</tr>`;
  });
  const caption = options.caption ? `<caption>${String(options.caption)}</caption>` : '';
  const text = `<table ${tableStyle} ${String(options.tableAttributes || '')}>${caption}<thead ${headerStyle} ${String(options.headerAttributes || '')}><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return { json: { table: text }, pairedItem: run.items.map((_, item) => ({ item })) };
}
