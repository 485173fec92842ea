// What the frame remembers: folded parts, the palette, the theme in force. Kept in the window, not in the settings: another
// window may be folded otherwise.

import { create } from 'zustand';

const KEY = 'orrery.shell';

interface Kept {
  isRailFolded: boolean;
  isInspectorOpen: boolean;
}

export interface ShellState extends Kept {
  isPaletteOpen: boolean;
  /** What the palette starts with. */
  paletteText: string;
  /** The theme in force, after the system was asked. */
  theme: 'light' | 'dark';
  /** How many views on screen have an inspector to show or hide. */
  inspectors: number;
  setRailFolded(isFolded: boolean): void;
  setInspectorOpen(isOpen: boolean): void;
  openPalette(text?: string): void;
  closePalette(): void;
  setTheme(theme: 'light' | 'dark'): void;
}

function readKept(): Kept {
  const kept: Kept = { isRailFolded: false, isInspectorOpen: true };
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (saved === null || typeof saved !== 'object') return kept;
    const { isRailFolded, isInspectorOpen } = saved as Record<string, unknown>;
    return {
      isRailFolded: typeof isRailFolded === 'boolean' ? isRailFolded : kept.isRailFolded,
      isInspectorOpen: typeof isInspectorOpen === 'boolean' ? isInspectorOpen : kept.isInspectorOpen,
    };
  } catch {
    // Unreadable or switched off: the defaults are fine.
    return kept;
  }
}

/** Remembers a small thing for the next start; a window without storage simply forgets. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing is lost but comfort.
  }
}

export const useShell = create<ShellState>()((set) => ({
  ...readKept(),
  isPaletteOpen: false,
  paletteText: '',
  theme: typeof document !== 'undefined' && document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light',
  inspectors: 0,
  setRailFolded: (isRailFolded) => set({ isRailFolded }),
  setInspectorOpen: (isInspectorOpen) => set({ isInspectorOpen }),
  openPalette: (paletteText = '') => set({ isPaletteOpen: true, paletteText }),
  closePalette: () => set({ isPaletteOpen: false }),
  setTheme: (theme) => set({ theme }),
}));

useShell.subscribe(({ isRailFolded, isInspectorOpen }, before) => {
  if (isRailFolded !== before.isRailFolded || isInspectorOpen !== before.isInspectorOpen)
    remember(KEY, JSON.stringify({ isRailFolded, isInspectorOpen }));
});
