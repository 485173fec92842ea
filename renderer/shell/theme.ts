// Puts the theme and the wish for less motion on the page's root, and follows the system.

import { useEffect } from 'react';
import type { Settings } from '../../shared/model/settings.ts';
import { remember, useShell } from './store.ts';

export function useTheme(wanted: Settings['theme'] | undefined, lessMotion: boolean): void {
  useEffect(() => {
    if (wanted === undefined) return;
    remember('orrery.theme', wanted);
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = (): void => {
      const theme = wanted === 'system' ? (system.matches ? 'dark' : 'light') : wanted;
      document.documentElement.dataset.theme = theme;
      useShell.getState().setTheme(theme);
    };
    apply();
    system.addEventListener('change', apply);
    return () => system.removeEventListener('change', apply);
  }, [wanted]);
  useEffect(() => {
    if (lessMotion) document.documentElement.dataset.motion = 'reduced';
    else delete document.documentElement.dataset.motion;
  }, [lessMotion]);
}
