import { useShell } from '../shell/store.ts';
import type { CommandHandler } from './define-command.ts';

export const viewInspectorCommand: CommandHandler = {
  id: 'view.inspector',
  when: () => useShell.getState().inspectors > 0 || /^#?\/workflows\/[^/]/.test(window.location.hash),
  run: () => {
    const { isInspectorOpen, setInspectorOpen } = useShell.getState();
    setInspectorOpen(!isInspectorOpen);
  },
};
