import { describe, expect, it } from 'vitest';
import { commands } from '../../shared/model/commands.ts';
import { keysOf, matchesKeys, offeredKeys, parseKeys, showKeys } from './keys.ts';

const event = (key: string, code: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {}) => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe('offeredKeys', () => {
  it('leaves out in a browser what the browser keeps, and nothing on the desktop', () => {
    for (const keys of [
      'CommandOrControl+N',
      'CommandOrControl+Shift+N',
      'CommandOrControl+1',
      'CommandOrControl+9',
      'CommandOrControl+,',
    ]) {
      expect(offeredKeys(keys, false)).toBeUndefined();
      expect(offeredKeys(keys, true)).toBe(keys);
    }
    for (const keys of ['CommandOrControl+K', 'CommandOrControl+B', 'CommandOrControl+I', 'CommandOrControl+Enter'])
      expect(offeredKeys(keys, false)).toBe(keys);
  });
});

describe('parseKeys', () => {
  it('reads every command of the list', () => {
    for (const spec of Object.values(commands) as { keys?: string }[])
      if (spec.keys !== undefined) expect(parseKeys(spec.keys)).not.toBeNull();
  });
  it('refuses what has no key or an unknown modifier', () => {
    expect(['', 'Shift', 'Hyper+K', 'Ctrl+'].map(parseKeys)).toEqual([null, null, null, null]);
  });
});

describe('matchesKeys', () => {
  it('takes Ctrl here and Command on a Mac', () => {
    expect(matchesKeys(event('k', 'KeyK', { ctrlKey: true }), 'CommandOrControl+K', false)).toBe(true);
    expect(matchesKeys(event('k', 'KeyK', { metaKey: true }), 'CommandOrControl+K', true)).toBe(true);
    expect(matchesKeys(event('k', 'KeyK', { ctrlKey: true }), 'CommandOrControl+K', true)).toBe(false);
  });
  it('wants exactly the modifiers named', () => {
    expect(matchesKeys(event('K', 'KeyK', { ctrlKey: true, shiftKey: true }), 'CommandOrControl+K', false)).toBe(false);
    expect(matchesKeys(event('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }), 'CommandOrControl+Shift+Z', false)).toBe(true);
  });
  it('knows a digit by its key where Shift or the layout makes it another character', () => {
    expect(matchesKeys(event('&', 'Digit1', { ctrlKey: true }), 'CommandOrControl+1', false)).toBe(true);
  });
});

describe('showKeys', () => {
  it('writes as the system does', () => {
    expect(showKeys('CommandOrControl+Shift+A', false)).toBe('Ctrl Shift A');
    expect(showKeys('CommandOrControl+Shift+A', true)).toBe('⇧⌘A');
    expect(showKeys('CommandOrControl+Shift+Space', false)).toBe('Ctrl Shift Space');
    expect(showKeys('Escape', false)).toBe('Esc');
  });
});

describe('keysOf', () => {
  it('spells what was pressed so that it can be read back', () => {
    const pressed = event(' ', 'Space', { ctrlKey: true, shiftKey: true });
    const keys = keysOf(pressed);
    expect(keys).toBe('CommandOrControl+Shift+Space');
    expect(matchesKeys(pressed, keys ?? '', false)).toBe(true);
  });
  it('waits while only modifiers are held', () => {
    expect(keysOf(event('Control', 'ControlLeft', { ctrlKey: true }))).toBeNull();
  });
});
