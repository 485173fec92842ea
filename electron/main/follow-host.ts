// Keeps the native parts up to date with the host, over the same contract that the pages use: status in the tray, settings in
// shortcut and theme, inbox and runs in notifications.

import { createORPCClient } from '@orpc/client';
import { nativeTheme } from 'electron';
import { isCancelled } from '../../shared/errors.ts';
import type { Settings } from '../../shared/model/settings.ts';
import { fromWireError } from '../../shared/wire-error.ts';
import type { CallContext } from '../runtime/api/base.ts';
import type { HostClient } from '../wires/attach.ts';
import { connectInMemory } from '../wires/memory-wire.ts';
import type { WireServer } from '../wires/serve.ts';
import type { Notify } from './notifications.ts';
import type { QuickShortcut } from './shortcuts.ts';
import type { AppTray } from './tray.ts';

export interface FollowedHost {
  wires: WireServer;
  context(client: CallContext['client']): CallContext;
}

export interface FollowedParts {
  setPaused(isPaused: boolean): void;
  stop(): void;
}

export async function followHost(
  host: FollowedHost,
  parts: {
    tray: AppTray | undefined;
    shortcut: QuickShortcut;
    notify: Notify;
    onSettings(settings: Settings): void;
    onPaused(isPaused: boolean): void;
  },
): Promise<FollowedParts> {
  const context = host.context('page');
  const wire = connectInMemory(host.wires, context);
  const client: HostClient = createORPCClient(wire.link);
  const control = new AbortController();
  const { signal } = control;
  const follow = <T>(name: string, open: Promise<AsyncIterable<T>>, take: (value: T) => void): void => {
    const read = async (): Promise<void> => {
      for await (const value of await open) take(value);
    };
    read().catch((error: unknown) => {
      const known = fromWireError(error);
      if (!signal.aborted && !isCancelled(known)) context.log.error(`The desktop lost sight of ${name}`, { error: known.message });
    });
  };
  const apply = (settings: Settings): void => {
    nativeTheme.themeSource = settings.theme;
    parts.shortcut.set(settings.quickShortcut);
    parts.onSettings(settings);
  };
  apply(await client.settings.get());
  follow('the settings', client.settings.watch(undefined, { signal }), apply);
  let wasPaused: boolean | undefined;
  follow('the status', client.app.watchStatus(undefined, { signal }), (status) => {
    parts.tray?.show(status);
    if (status.paused !== wasPaused) parts.onPaused(status.paused);
    wasPaused = status.paused;
  });
  follow('the inbox', client.inbox.watch(undefined, { signal }), parts.notify.inboxChanged);
  follow('the runs', client.runs.watchList(undefined, { signal }), parts.notify.runsChanged);
  return {
    setPaused(isPaused) {
      client.queue.setPaused({ isPaused }).catch((error: unknown) => {
        context.log.error('Everything could not be held or let go', { error: fromWireError(error).message });
      });
    },
    stop() {
      control.abort();
      wire.close();
    },
  };
}
