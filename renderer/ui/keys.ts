// Shortcuts in Electron's accelerator spelling: how they are written on screen, and whether a key event is one of them.

export const isMac = (): boolean => typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform);

export interface Shortcut {
  readonly primary: boolean;
  readonly control: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
  /** Lower-case `KeyboardEvent.key`, e.g. `k`, `enter`, ` `. */
  readonly key: string;
}

const named: Record<string, string> = {
  space: ' ',
  plus: '+',
  esc: 'escape',
  return: 'enter',
  up: 'arrowup',
  down: 'arrowdown',
  left: 'arrowleft',
  right: 'arrowright',
};

/** Null when there is no key in it, or a modifier is not known. */
export function parseKeys(keys: string): Shortcut | null {
  const parts = keys.split('+').map((part) => part.trim().toLowerCase());
  const last = parts.pop();
  if (last === undefined || last === '') return null;
  const found = { primary: false, control: false, shift: false, alt: false, meta: false };
  for (const part of parts) {
    if (part === 'commandorcontrol' || part === 'cmdorctrl') found.primary = true;
    else if (part === 'control' || part === 'ctrl') found.control = true;
    else if (part === 'shift') found.shift = true;
    else if (part === 'alt' || part === 'option') found.alt = true;
    else if (part === 'command' || part === 'cmd' || part === 'meta' || part === 'super') found.meta = true;
    else return null;
  }
  if (/^(commandorcontrol|cmdorctrl|control|ctrl|shift|alt|option|command|cmd|meta|super)$/.test(last)) return null;
  return { ...found, key: named[last] ?? last };
}

type KeyEvent = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

export function matchesKeys(event: KeyEvent, keys: string, mac = isMac()): boolean {
  const wanted = parseKeys(keys);
  if (wanted === null) return false;
  const control = wanted.control || (wanted.primary && !mac);
  const meta = wanted.meta || (wanted.primary && mac);
  // With Shift a digit or letter may arrive as another character; the physical key still says which one it is.
  const code = event.code.replace(/^(Key|Digit)/, '').toLowerCase();
  return (
    event.ctrlKey === control &&
    event.metaKey === meta &&
    event.shiftKey === wanted.shift &&
    event.altKey === wanted.alt &&
    (event.key.toLowerCase() === wanted.key || (/^[a-z0-9]$/.test(wanted.key) && code === wanted.key))
  );
}

/** Keys that a browser keeps for itself, in accelerator spelling: new window, its tabs, its settings. */
const ofBrowser = /^(CommandOrControl|CmdOrCtrl|Control|Ctrl|Command|Cmd)\+(Shift\+)?(N|[1-9]|,)$/i;

/** The keys, where they reach this page: in a browser, without the desktop's bridge, some never do and are not offered. */
export function offeredKeys(
  keys: string | undefined,
  isDesktop = typeof window !== 'undefined' && window.orrery !== undefined,
): string | undefined {
  return keys === undefined || (!isDesktop && ofBrowser.test(keys)) ? undefined : keys;
}

const shown: Record<string, string> = {
  ' ': 'Space',
  escape: 'Esc',
  enter: 'Enter',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
};

/** As written on this system: `Ctrl Shift A`, `⌘⇧A`. */
export function showKeys(keys: string, mac = isMac()): string {
  const found = parseKeys(keys);
  if (found === null) return keys;
  const name =
    shown[found.key] ?? (found.key.length === 1 ? found.key.toUpperCase() : found.key.replace(/^./, (first) => first.toUpperCase()));
  if (mac) {
    const key = found.key === 'enter' ? '↩' : name;
    return `${found.control ? '⌃' : ''}${found.alt ? '⌥' : ''}${found.shift ? '⇧' : ''}${found.primary || found.meta ? '⌘' : ''}${key}`;
  }
  return [found.primary || found.control ? 'Ctrl' : '', found.meta ? 'Win' : '', found.alt ? 'Alt' : '', found.shift ? 'Shift' : '', name]
    .filter((part) => part !== '')
    .join(' ');
}

/** Spelling for a key event, for a "press the keys" field; null while only modifiers are held. */
export function keysOf(event: KeyEvent): string | null {
  const key = event.key;
  if (/^(control|shift|alt|meta|altgraph|dead|process)$/i.test(key)) return null;
  const code = event.code.replace(/^(Key|Digit)/, '');
  const name =
    key === ' '
      ? 'Space'
      : /^[A-Z0-9]$/.test(code)
        ? code
        : key === '+'
          ? 'Plus'
          : key.length === 1
            ? key.toUpperCase()
            : key.replace(/^Arrow/, '');
  const parts = [event.ctrlKey || event.metaKey ? 'CommandOrControl' : '', event.altKey ? 'Alt' : '', event.shiftKey ? 'Shift' : '', name];
  return parts.filter((part) => part !== '').join('+');
}
