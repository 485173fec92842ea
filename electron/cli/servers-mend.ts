// What a failed start was refused, as commands: the counterpart of the buttons on its page. Pure.

import type { ServerStatus } from '../../shared/model/tool.ts';
import { terminalHint } from './hints.ts';
import { inert } from './output.ts';

/** For the person who reads why it does not start: one command that mends it, or what its hint says. */
export function nextSteps({ id, failure }: ServerStatus): string[] {
  if (failure === undefined) return [];
  const { wantsFolder, wantsToReach } = failure;
  if (wantsFolder !== undefined)
    return [`To let it read ${wantsFolder.write ? 'and write ' : ''}${inert(wantsFolder.path)} and start it: orrery tools allow ${id}`];
  if (wantsToReach !== undefined) return [`To let it reach ${inert(wantsToReach)} and start it: orrery tools allow ${id}`];
  return [inert(terminalHint(failure) ?? '')];
}

const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The same with what it wants named, for scripts; undefined where nothing is known that would mend it. */
export function mendingCommand({ id, failure }: ServerStatus): string | undefined {
  const { wantsFolder, wantsToReach, wantsHost } = failure ?? {};
  if (wantsHost !== undefined) return `orrery tools hosts --allow ${word(wantsHost)} --start ${id}`;
  if (wantsFolder !== undefined) return `orrery tools allow ${id} --folder ${word(wantsFolder.path)}${wantsFolder.write ? ' --write' : ''}`;
  return wantsToReach === undefined ? undefined : `orrery tools allow ${id} --host ${word(wantsToReach)}`;
}
