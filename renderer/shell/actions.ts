// What the page on screen can do for a command: `useAction('workflow.run', () => run(), canRun)`. Commands whose page is not
// on screen do not apply.

import { useEffect, useRef } from 'react';
import type { CommandId } from '../../shared/model/commands.ts';

const actions = new Map<CommandId, { isOn(): boolean; run(): void }[]>();

export function useAction(id: CommandId, run: () => void, isOn = true): void {
  const latest = useRef({ run, isOn });
  latest.current = { run, isOn };
  useEffect(() => {
    const action = { isOn: () => latest.current.isOn, run: () => latest.current.run() };
    actions.set(id, [...(actions.get(id) ?? []), action]);
    return () => {
      actions.set(
        id,
        (actions.get(id) ?? []).filter((other) => other !== action),
      );
    };
  }, [id]);
}

/** The newest one that is on: a dialog's before the page's below it. */
const current = (id: CommandId) => actions.get(id)?.findLast((action) => action.isOn());

export const hasAction = (id: CommandId): boolean => current(id) !== undefined;
export const runAction = (id: CommandId): void => current(id)?.run();
