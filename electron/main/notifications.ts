// System notifications: something new waits in the inbox, or a run failed while nobody looked. Only names are shown: what a tool
// is about to do, or what went wrong, is read in the app.

import { Notification } from 'electron';
import type { InboxItem } from '../../shared/model/grant.ts';
import type { RunSummary } from '../../shared/model/run.ts';

export interface Notify {
  show(title: string, body: string, open: () => void): void;
  inboxChanged(items: readonly InboxItem[]): void;
  runsChanged(runs: readonly RunSummary[]): void;
}

export function createNotifications(deps: {
  isWanted(): boolean;
  /** Nothing is shown to somebody who is looking at the app. */
  isLooking(): boolean;
  open(route: string): void;
}): Notify {
  // The ones that waited when the app started are no news.
  let known: Set<string> | undefined;
  const told = new Set<string>();
  // A notification that nothing holds is collected, and its click with it.
  const alive = new Set<Notification>();
  const show: Notify['show'] = (title, body, open) => {
    if (!deps.isWanted() || !Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    alive.add(notification);
    notification.on('click', () => {
      alive.delete(notification);
      open();
    });
    notification.on('close', () => alive.delete(notification));
    notification.show();
  };
  return {
    show,
    inboxChanged(items) {
      const fresh = known === undefined ? [] : items.filter((item) => known?.has(item.id) === false);
      known = new Set(items.map((item) => item.id));
      if (fresh.length === 0 || deps.isLooking()) return;
      const [first] = fresh;
      if (fresh.length === 1 && first !== undefined)
        show(first.job === undefined ? 'Waiting for you' : 'A job waits for you', first.title, () => deps.open('/inbox'));
      else show('Waiting for you', `${fresh.length} questions wait in the inbox.`, () => deps.open('/inbox'));
    },
    runsChanged(runs) {
      for (const run of runs) {
        if (run.status !== 'failed' || run.kind !== 'workflow' || told.has(run.id)) continue;
        told.add(run.id);
        if (!deps.isLooking()) show('A run failed', `${run.title} · run ${run.number}`, () => deps.open(`/runs/${run.id}`));
      }
    },
  };
}
