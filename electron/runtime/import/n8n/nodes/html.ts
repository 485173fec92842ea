// HTML: values by CSS selector, a page from a template, a table from items; and the older HTML Extract.

import { parseHTML } from 'linkedom';
import type { JsonObject, JsonValue } from '../../../../../shared/model/json.ts';
import { type Behaviour, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { get, type Loose, plainKey } from '../values.ts';
import { selectAll } from './html-select.ts';
import { type DomNode, innerHtml } from './html-serial.ts';
import { htmlToText } from './html-to-text.ts';

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
    for (let index = 0; index < run.items.length; index += 1) {
      try {
        if (operation === 'generateHtmlTemplate')
          made.push({ json: { html: await fillTemplate(run, index) }, pairedItem: { item: index } });
        else if (operation === 'extractHtmlContent') made.push(...extract(run, index, isExtractNode ? 1 : run.version, isExtractNode));
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

function extract(run: NodeRun, index: number, version: number, isExtractNode: boolean): Item[] {
  const name = run.param<string>('dataPropertyName', index, 'data');
  const wanted = run.param<Wanted[]>('extractionValues.values', index, []);
  const options = run.param<JsonObject>('options', index, {});
  if (run.param('sourceData', index, 'json') !== 'json') throw new NodeFault('Reading HTML from a file (binary data) is not done here.');
  const { json } = run.items[index] as Item;
  const source = version === 1 && !isExtractNode ? json[plainKey(json, name)] : get(json, name);
  if (source === undefined) throw new NodeFault(`No property named "${name}" exists!`);
  return (Array.isArray(source) ? source : [source]).map((html) => {
    if (html === null) throw new NodeFault('cheerio.load() expects a string');
    const document = open(String(html));
    const found: Record<string, Loose> = {};
    for (const each of wanted) {
      const elements = selectAll(document, each.cssSelector) as Element[];
      found[each.key] =
        each.returnArray === true
          ? elements.map((element) => readValue([element], each, options, version) as JsonValue)
          : readValue(elements, each, options, version);
    }
    return { json: found as JsonObject, pairedItem: { item: index } };
  });
}

interface Element {
  innerHTML: string;
  textContent: string | null;
  tagName: string;
  value?: string;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  querySelectorAll(selector: string): Iterable<unknown>;
}

function open(html: string): { querySelectorAll(selector: string): Iterable<unknown> } {
  const whole = /<html[\s>]/i.test(html)
    ? html
    : /<body[\s>]|<head[\s>]/i.test(html)
      ? `<!doctype html><html>${html}</html>`
      : `<!doctype html><html><head></head><body>${html}</body></html>`;
  const { document } = parseHTML(whole);
  addTableBodies(document as unknown as TableDocument);
  return document as unknown as { querySelectorAll(selector: string): Iterable<unknown> };
}

interface TableNode {
  tagName?: string;
  children: Iterable<TableNode>;
  appendChild(child: TableNode): void;
  insertBefore(child: TableNode, before: TableNode): void;
}
interface TableDocument {
  querySelectorAll(selector: string): Iterable<TableNode>;
  createElement(name: string): TableNode;
}

/** HTML puts rows that stand in a table itself into a body. */
function addTableBodies(document: TableDocument): void {
  for (const table of document.querySelectorAll('table')) {
    let body: TableNode | undefined;
    for (const child of [...table.children]) {
      if (child.tagName !== 'TR') {
        body = child.tagName === 'TBODY' ? child : undefined;
        continue;
      }
      if (body === undefined) {
        body = document.createElement('tbody');
        table.insertBefore(body, child);
      }
      body.appendChild(child);
    }
  }
}

function readValue(elements: readonly Element[], wanted: Wanted, options: JsonObject, version: number): string | undefined {
  const [first] = elements;
  let value: string | undefined;
  switch (wanted.returnValue ?? 'text') {
    case 'attribute':
      value = first?.hasAttribute(wanted.attribute ?? '') === true ? (first.getAttribute(wanted.attribute ?? '') ?? undefined) : undefined;
      break;
    case 'html':
      value = first === undefined ? undefined : innerHtml(first as unknown as DomNode) || undefined;
      break;
    case 'value':
      value = first === undefined ? undefined : formValue(first);
      break;
    default:
      if (version <= 1.1) value = elements.map((element) => element.textContent ?? '').join('') || undefined;
      else value = htmlToText(first?.innerHTML ?? '', wanted.skipSelectors);
  }
  if (value === undefined) return undefined;
  if (options.trimValues === true) value = value.trim();
  if (options.cleanUpText === true)
    value = value
      .trim()
      .replace(/\r\n|\n|\r/gm, '')
      .replace(/\s+/g, ' ');
  return value;
}

function formValue(element: Element): string | undefined {
  if (element.tagName === 'TEXTAREA') return element.textContent ?? '';
  if (element.tagName === 'SELECT') {
    const options = [...element.querySelectorAll('option')] as Element[];
    const chosen = options.find((option) => option.getAttribute('selected') !== null) ?? options[0];
    return chosen === undefined ? undefined : (chosen.getAttribute('value') ?? chosen.textContent ?? '');
  }
  return element.getAttribute('value') ?? undefined;
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
