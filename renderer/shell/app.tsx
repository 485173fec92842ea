// The window: frame, routes, palette.

import { lazy, Suspense, useEffect } from 'react';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { commands } from '../../shared/model/commands.ts';
import { getT, useT } from '../strings/index.ts';
import { Button, EmptyState, Skeleton, Toaster, TooltipProvider } from '../ui/index.ts';
import { Banners, ConnectionStrip } from './banners.tsx';
import { KeysHelp } from './keys-help.tsx';
import { lastRoute, rememberRoute } from './last-route.ts';
import { navigate, routes } from './navigate.ts';
import { PickPathHost } from './pick-path.tsx';
import { Rail } from './rail.tsx';
import { RouteBoundary } from './route-boundary.tsx';
import { frameIsThere, routeList, routeOf } from './route-list.tsx';
import { useShortcuts } from './shortcuts.ts';
import { StatusFeed } from './status.ts';
import { StatusBar } from './status-bar.tsx';
import { useShell } from './store.ts';
import { TopBar } from './top-bar.tsx';
import { useHostRequests } from './use-host-requests.ts';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));

function useRememberedRoute(location: string): void {
  useEffect(() => {
    const known = routeOf(location);
    if (known === undefined) return;
    rememberRoute(location);
    const label = commands[`go.${known.place}` as 'go.chat'].label;
    document.title = `${label} – Orrery`;
  }, [location]);
}

function PageComing() {
  return (
    <div className="late flex flex-col gap-3 p-5" role="status" aria-label={getT('ui')('loading')}>
      <Skeleton className="h-4 w-40" />
      <Skeleton className="w-3/5" />
      <Skeleton className="w-2/5" />
    </div>
  );
}

function Pages() {
  const t = useT('shell');
  return (
    <Switch>
      <Route path="/">
        <Redirect to={lastRoute()} replace />
      </Route>
      {routeList.map(({ path, place, Page }) => (
        <Route key={place} path={path}>
          <RouteBoundary key={place}>
            <Suspense fallback={<PageComing />}>
              <Page />
            </Suspense>
          </RouteBoundary>
        </Route>
      ))}
      <Route>
        <EmptyState
          icon="map-pin"
          title={t('noSuchPlace')}
          text={t('noSuchPlaceText')}
          action={<Button onClick={() => navigate(routes.workflows())}>{t('toWorkflows')}</Button>}
        />
      </Route>
    </Switch>
  );
}

function Frame() {
  const t = useT('shell');
  const [location] = useLocation();
  const isPaletteOpen = useShell((state) => state.isPaletteOpen);
  useRememberedRoute(location);
  useShortcuts();
  useHostRequests();
  useEffect(frameIsThere, []);
  return (
    <div className="flex h-full flex-col bg-bg">
      <button
        type="button"
        onClick={() => document.getElementById('main')?.focus()}
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-3 focus:z-50 focus:rounded-sm focus:bg-raised focus:px-3 focus:py-1.5"
      >
        {t('skipToContent')}
      </button>
      <TopBar />
      <Banners />
      <ConnectionStrip />
      <div className="flex min-h-0 flex-1">
        <Rail />
        <main id="main" tabIndex={-1} className="min-w-0 flex-1 overflow-hidden outline-none">
          <Pages />
        </main>
      </div>
      <StatusBar />
      <KeysHelp />
      {isPaletteOpen ? (
        <Suspense fallback={null}>
          <Palette />
        </Suspense>
      ) : null}
    </div>
  );
}

export function App() {
  return (
    <TooltipProvider>
      <Router hook={useHashLocation}>
        <StatusFeed />
        <Frame />
        <PickPathHost />
      </Router>
      <Toaster />
    </TooltipProvider>
  );
}
