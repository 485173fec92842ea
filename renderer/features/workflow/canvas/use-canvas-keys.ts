// Keys that act on the selected nodes, while the canvas has the focus. Undo, run and the palette are commands of the app.

import { type KeyboardEvent, useEffect } from 'react';
import { isMac } from '../../../ui/index.ts';
import { readClip, writeClip } from '../editor/clipboard.ts';
import { useEditorStore } from '../editor/context.ts';
import { duplicateSelected, pasteClip, removeSelected } from '../editor/placing.ts';
import { select } from '../editor/store.ts';
import { copy } from '../model/edits.ts';

const typesText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

interface Wishes {
  onOpen(): void;
  onConnect(node: string): void;
}

export function useCanvasKeys({ onOpen, onConnect }: Wishes) {
  const editor = useEditorStore();

  const focusedNode = (target: EventTarget | null): string | undefined =>
    (target instanceof Element ? target.closest('.react-flow__node')?.getAttribute('data-id') : null) ?? undefined;

  const onKeyDown = (event: KeyboardEvent) => {
    if (typesText(event.target) || event.defaultPrevented) return;
    const primary = isMac() ? event.metaKey : event.ctrlKey;
    const { readOnly, history, selectedNodes } = editor.getState();
    const key = event.key.toLowerCase();
    const node = focusedNode(event.target);
    // What has the focus is what a key acts on, also before it was selected.
    if (node !== undefined && selectedNodes.size === 0 && !primary) select(editor, [node]);
    if (primary && !event.shiftKey && key === 'a')
      select(
        editor,
        history.document.nodes.map(({ id }) => id),
        history.document.edges.map(({ id }) => id),
      );
    else if (event.key === 'Enter' && node !== undefined) {
      select(editor, [node]);
      onOpen();
    } else if (event.key === 'Escape') select(editor, []);
    else if (readOnly) return;
    else if (event.key === 'Delete' || event.key === 'Backspace') removeSelected(editor);
    else if (primary && key === 'd') duplicateSelected(editor);
    else if (!primary && !event.altKey && key === 'c') {
      const from = node ?? selectedNodes.values().next().value;
      if (from === undefined) return;
      onConnect(from);
    } else return;
    event.preventDefault();
  };

  // The browser's own clipboard events need no permission, work from its menus too, and go to the page when nothing has the focus.
  useEffect(() => {
    const isElsewhere = (target: EventTarget | null) =>
      typesText(target) || document.querySelector('[role="dialog"], [role="alertdialog"]')?.contains(target as Node) === true;
    const onCopy = (event: ClipboardEvent) => {
      const { history, selectedNodes } = editor.getState();
      if (isElsewhere(event.target) || selectedNodes.size === 0 || window.getSelection()?.isCollapsed === false) return;
      event.clipboardData?.setData('text/plain', writeClip(copy(history.document, selectedNodes)));
      event.preventDefault();
    };
    const onPaste = (event: ClipboardEvent) => {
      if (isElsewhere(event.target) || editor.getState().readOnly) return;
      const clip = readClip(event.clipboardData?.getData('text/plain') ?? '');
      if (clip === undefined) return;
      pasteClip(editor, clip);
      event.preventDefault();
    };
    document.addEventListener('copy', onCopy);
    document.addEventListener('paste', onPaste);
    return () => {
      document.removeEventListener('copy', onCopy);
      document.removeEventListener('paste', onPaste);
    };
  }, [editor]);
  return { onKeyDown };
}
