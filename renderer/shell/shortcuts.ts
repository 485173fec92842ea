// The keys of every command, from the one list. A field that is typed in keeps the keys that edit text.

import { useEffect } from 'react';
import { type CommandId, commands } from '../../shared/model/commands.ts';
import { matchesKeys } from '../ui/keys.ts';
import { canRun, runCommand } from './run-command.ts';

const withKeys = (Object.entries(commands) as [CommandId, { keys?: string }][]).flatMap(([id, { keys }]) =>
  keys === undefined ? [] : [{ id, keys }],
);

/** Commands that a text field does itself: undo and redo of typing. */
const ofText = new Set<CommandId>(['workflow.undo', 'workflow.redo']);

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const isTerminal = (target: EventTarget | null): boolean => target instanceof Element && target.closest('.xterm') !== null;

export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const found = withKeys.find(({ keys }) => matchesKeys(event, keys));
      if (found === undefined) return;
      if (isTyping(event.target) && ofText.has(found.id)) return;
      // In the terminal Ctrl and a letter belong to the shell; only the palette stays within reach.
      if (isTerminal(event.target) && found.id !== 'palette.open') return;
      // While a dialog asks something, nothing behind it may move. A toast only tells, though it carries a dialog's role.
      if (
        document.querySelector('[role="dialog"]:not([data-toast]), [role="alertdialog"]:not([data-toast])') !== null &&
        found.id !== 'palette.open'
      )
        return;
      if (!canRun(found.id)) return;
      event.preventDefault();
      runCommand(found.id);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
