// The inside of an element as HTML text, escaped as browsers and n8n do it (linkedom leaves `&` in attributes as it is).

export interface DomNode {
  nodeType: number;
  nodeValue: string | null;
  localName?: string;
  childNodes: Iterable<DomNode>;
  attributes?: Iterable<{ name: string; value: string }>;
}

const empty: ReadonlySet<string> = new Set(
  'area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr'.split(' '),
);
const raw: ReadonlySet<string> = new Set('style script xmp iframe noembed noframes plaintext'.split(' '));
const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('\u00a0', '&nbsp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const escapeValue = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('\u00a0', '&nbsp;').replaceAll('"', '&quot;');

export const innerHtml = (parent: DomNode): string =>
  [...parent.childNodes].map((node) => outerHtml(node, raw.has(parent.localName ?? ''))).join('');

function outerHtml(node: DomNode, isRaw: boolean): string {
  if (node.nodeType === 3) return isRaw ? (node.nodeValue ?? '') : escapeText(node.nodeValue ?? '');
  if (node.nodeType === 8) return `<!--${node.nodeValue ?? ''}-->`;
  if (node.nodeType !== 1) return '';
  const name = node.localName ?? '';
  const attributes = [...(node.attributes ?? [])].map((each) => ` ${each.name}="${escapeValue(each.value)}"`).join('');
  return empty.has(name) ? `<${name}${attributes}>` : `<${name}${attributes}>${innerHtml(node)}</${name}>`;
}
