import { useShell } from '../shell/store.ts';
import type { CommandHandler } from './define-command.ts';

export const viewRailCommand: CommandHandler = {
  id: 'view.rail',
  run: () => {
    const { isRailFolded, setRailFolded } = useShell.getState();
    setRailFolded(!isRailFolded);
  },
};
