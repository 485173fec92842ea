import { expect, test } from 'vitest';
import { browserCommand, openAddress } from './open-address.ts';

test.each([
  ['a desktop of Linux', { DISPLAY: ':0' }, 'linux', true, ['xdg-open']],
  ['Wayland alone', { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: '' }, 'linux', true, ['xdg-open']],
  ['no display', {}, 'linux', true, undefined],
  ['output that a program reads', { DISPLAY: ':0' }, 'linux', false, undefined],
  ['a Mac', {}, 'darwin', true, ['open']],
  ['a Mac over ssh', { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, 'darwin', true, undefined],
  ['Windows', {}, 'win32', true, ['rundll32', 'url.dll,FileProtocolHandler']],
] as const)('%s', (_name, env, platform, isTerminal, command) => expect(browserCommand(env, platform, isTerminal)).toEqual(command));

test('what is not there opens nothing, and says so; signs of a shell mean nothing', async () => {
  expect(await openAddress('https://example.com/', ['no-such-browser-here'])).toBe(false);
  expect(await openAddress('https://example.com/?a=$(exit 1)&b=`false`', [process.execPath, '--version'])).toBe(true);
});
