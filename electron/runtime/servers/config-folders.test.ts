import { expect, test } from 'vitest';
import { namedFolders } from './config-folders.ts';

const named = (args: string[], env: Record<string, string> = {}) => namedFolders(args, env, '/home/ada');
const paths = (args: string[], env: Record<string, string> = {}): string[] => named(args, env).folders.map(({ path }) => path);

test('what the arguments name is proposed, a program is not', () => {
  expect(paths(['/home/ada/server.js', '/home/ada/notes', '~/more'])).toEqual(['/home/ada/notes', '/home/ada/more']);
});

test('what a variable names below the home is proposed, a file by its folder', () => {
  expect(paths([], { MEMORY_FILE_PATH: '/home/ada/ai/memory.json', VAULT: '~/Vault' })).toEqual(['/home/ada/ai', '/home/ada/Vault']);
  expect(paths(['/home/ada/ai'], { MEMORY_FILE_PATH: '/home/ada/ai/memory.json' })).toEqual(['/home/ada/ai']);
});

test('neither the home, nor what is hidden in it, nor what leads out of it, nor the system is proposed for a variable', () => {
  const env = {
    MEMORY_FILE_PATH: '/home/ada/memory.json',
    ROOT: '/home/ada',
    KEYS: '/home/ada/.ssh/id_ed25519',
    UP: '/home/ada/x/../../eve/notes',
    OTHER: '/srv/notes',
    LOST: '/tmp/notes.json',
    CHROME: '/usr/bin/chromium',
    NODE_PATH: '/home/ada/lib',
    FOLDERS: '/home/ada/a:/home/ada/b',
    HANDLE: '${secret:key}',
  };
  expect(paths([], env)).toEqual([]);
  expect(named([], env).out.map(({ name }) => name)).toEqual(['MEMORY_FILE_PATH', 'ROOT', 'KEYS', 'UP', 'OTHER', 'LOST']);
});

test('paths in arguments that no folder reaches are said', () => {
  expect(named(['--config', '/home/ada/cfg.json', '--db=/home/ada/a.db', '/home/ada/notes', '/home/ada/notes/x.json']).out).toEqual([
    { name: '--config', path: '/home/ada/cfg.json' },
    { name: '--db', path: '/home/ada/a.db' },
  ]);
});
