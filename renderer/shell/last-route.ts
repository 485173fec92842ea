// Where the window was left, kept for its next start. The first time that is Workflows, where the samples are.

import { routes } from './navigate.ts';
import { remember } from './store.ts';

const KEY = 'orrery.route';

export const rememberRoute = (route: string): void => remember(KEY, route);

export function lastRoute(): string {
  try {
    const route = localStorage.getItem(KEY);
    return route?.startsWith('/') === true && route !== '/' ? route : routes.workflows();
  } catch {
    return routes.workflows();
  }
}

/** Puts it into an address that names no place, before anything is drawn, so that nothing is drawn twice. */
export function goWhereItWasLeft(): void {
  const { hash, pathname, search } = window.location;
  if (/^#?\/?$/.test(hash)) window.history.replaceState(window.history.state, '', `${pathname}${search}#${lastRoute()}`);
}
