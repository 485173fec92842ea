// Runs in the browser: draws texts with the renderer that the chat uses, whole or a character at a time, and says what came out that
// should not. Built by xss-harness.ts; the page itself has no network of its own.

import { Component, memo, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { Markdown } from '../../renderer/markdown/index.ts';

const allowed = new Set(
  'DIV SPAN P H3 H4 H5 H6 UL OL LI BLOCKQUOTE HR BR CODE PRE EM STRONG DEL SUP SECTION TABLE THEAD TBODY TR TH TD IMG INPUT BUTTON'.split(
    ' ',
  ),
);
const isOurs = (element: Element): boolean => element.closest('.md-code-head') !== null;

/** What is wrong with an element that the renderer made. */
function faultOf(element: Element): string | undefined {
  if (isOurs(element)) return undefined;
  if (!allowed.has(element.tagName)) return `element ${element.tagName}`;
  for (const { name, value } of element.attributes) {
    if (
      /^on/i.test(name) ||
      ['href', 'srcset', 'srcdoc', 'action', 'formaction', 'ping', 'id', 'name', 'poster', 'background'].includes(name)
    )
      return `attribute ${name} on ${element.tagName}`;
    if (name === 'style' && !/^color:\s*var\(--code-[\w-]+\);?$/.test(value)) return `style ${value}`;
    if (name === 'src' && !/^data:image\/(png|jpeg|gif|webp|avif);base64,/i.test(value)) return `src ${value}`;
  }
  return undefined;
}

const faults: string[] = [];
const check = (node: Node): void => {
  if (!(node instanceof Element)) return;
  for (const element of [node, ...node.querySelectorAll('*')]) {
    const fault = faultOf(element);
    if (fault !== undefined) faults.push(fault);
  }
};

class Caught extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }
  override componentDidCatch(error: unknown): void {
    faults.push(`could not be drawn: ${String(error)}`);
  }
  override render(): ReactNode {
    return this.state.failed ? null : this.props.children;
  }
}

const One = memo(({ text, streaming }: { text: string; streaming: boolean }) => (
  <Caught>
    <Markdown text={text} streaming={streaming} />
  </Caught>
));
One.displayName = 'One';

const place = document.createElement('div');
document.body.append(place);
const watcher = new MutationObserver(look);
watcher.observe(place, { childList: true, subtree: true, attributes: true });
function look(records: readonly MutationRecord[]): void {
  for (const record of records) {
    if (record.type === 'attributes') {
      const fault = record.target instanceof Element ? faultOf(record.target) : undefined;
      if (fault !== undefined) faults.push(fault);
    } else for (const node of record.addedNodes) check(node);
  }
}

let root = createRoot(place);
function draw(texts: readonly string[], streaming: boolean): void {
  flushSync(() =>
    root.render(
      texts.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text is its place in the list
        <One key={index} text={text} streaming={streaming} />
      )),
    ),
  );
  look(watcher.takeRecords());
}
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(0);
  });

Object.assign(globalThis, {
  xss: {
    place,
    draw: (texts: readonly string[]) => draw(texts, false),
    async stream(texts: readonly string[]): Promise<void> {
      const longest = Math.max(...texts.map((text) => text.length));
      for (let end = 1; end <= longest; end += 1) {
        draw(
          texts.map((text) => text.slice(0, end)),
          true,
        );
        if (end % 8 === 0) await breathe();
      }
      draw(texts, false);
    },
    clear(): void {
      flushSync(() => root.unmount());
      root = createRoot(place);
    },
    takeFaults: (): string[] => faults.splice(0),
  },
});
