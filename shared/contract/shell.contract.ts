// The few things only a host can do, and the terminal. A path from here is a proposal by the page; the runtime's policy
// still decides what is done with it.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { call, nothing } from './base.ts';

const terminalId = z.string().min(1).max(60);

export const terminalEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('data'), data: z.string() }),
  z.object({ type: z.literal('exit'), code: z.number().int() }),
]);
export type TerminalEvent = z.infer<typeof terminalEvent>;

export const folderEntry = z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'file']) });

export const shellContract = {
  /** Asks with the system's own dialog; null when the person closes it. Hosts without one list folders instead. */
  pickFolder: call.input(z.object({ title: z.string().max(200), start: z.string().max(4096).optional() })).output(z.string().nullable()),
  pickFile: call
    .input(z.object({ title: z.string().max(200), start: z.string().max(4096).optional(), save: z.boolean().default(false) }))
    .output(z.string().nullable()),
  /** For hosts without a system dialog: the page draws its own picker from this. Names only, never contents. */
  listFolder: call
    .input(z.object({ path: z.string().max(4096).optional() }))
    .output(z.object({ path: z.string(), parent: z.string().nullable(), entries: z.array(folderEntry) })),
  /** http, https and mailto only. */
  openLink: call.input(z.object({ url: z.url({ protocol: /^(https?|mailto)$/ }) })).output(nothing),
  showInFolder: call.input(z.object({ path: z.string().max(4096) })).output(nothing),
  notify: call.input(z.object({ title: z.string().max(200), body: z.string().max(1000) })).output(nothing),
  /** From the quick-command window: show the main window at a route; hide the quick window. */
  showMain: call.input(z.object({ route: z.string().max(500).optional() })).output(nothing),
  hideQuick: call.output(nothing),
  /** Routes and command ids that the tray, the native menu or the quick window ask this window to follow. */
  watchRequests: call.output(
    eventIterator(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('route'), route: z.string() }),
        z.object({ type: z.literal('command'), id: z.string() }),
      ]),
    ),
  ),
  openTerminal: call
    .input(
      z.object({ cols: z.number().int().min(2).max(1000), rows: z.number().int().min(2).max(1000), cwd: z.string().max(4096).optional() }),
    )
    .output(z.object({ id: terminalId })),
  watchTerminal: call.input(z.object({ id: terminalId })).output(eventIterator(z.array(terminalEvent))),
  writeTerminal: call.input(z.object({ id: terminalId, data: z.string().max(1_000_000) })).output(nothing),
  resizeTerminal: call
    .input(z.object({ id: terminalId, cols: z.number().int().min(2).max(1000), rows: z.number().int().min(2).max(1000) }))
    .output(nothing),
  closeTerminal: call.input(z.object({ id: terminalId })).output(nothing),
};
