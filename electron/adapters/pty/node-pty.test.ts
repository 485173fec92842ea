import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createPty, terminalEnvironment } from './node-pty.ts';

const read = (pty: ReturnType<typeof createPty>, shell: string, write: string): Promise<{ text: string; code: number }> =>
  new Promise((resolve) => {
    const handle = pty.open({ cols: 120, rows: 30, cwd: tmpdir(), shell });
    let text = '';
    handle.onData((data) => {
      text += data;
    });
    handle.onExit((code) => resolve({ text, code }));
    handle.write(write);
  });

describe('the pty', () => {
  it('runs a shell in the folder, without the keys this process was started with', async () => {
    process.env.PLANTED_API_KEY = 'sk-planted';
    const pty = createPty();
    expect(pty.missing).toBeUndefined();
    const { text, code } = await read(pty, '/bin/sh', 'pwd; echo "[$PLANTED_API_KEY] $TERM"; exit 3\r');
    expect(text).toContain(realpathSync(tmpdir()));
    expect(text).toContain('[] xterm-256color');
    expect(code).toBe(3);
    delete process.env.PLANTED_API_KEY;
  });

  it('ends a shell that is killed', async () => {
    const handle = createPty().open({ cols: 80, rows: 24, cwd: tmpdir(), shell: '/bin/sh' });
    const gone = new Promise((resolve) => handle.onExit(resolve));
    handle.kill();
    await gone;
    handle.write('nobody reads this');
    handle.resize(100, 40);
  });

  it('says in a sentence that its native part is missing', () => {
    const pty = createPty(() => {
      throw new Error("Cannot find module 'node-pty'\nRequire stack: …");
    });
    expect(pty.missing).toBe("The terminal’s native part (node-pty) is not there: Cannot find module 'node-pty'");
    expect(() => pty.open({ cols: 80, rows: 24, cwd: '/' })).toThrow(expect.objectContaining({ code: 'terminal-missing' }));
  });

  it('keeps what Windows programs need and drops the rest', () => {
    const environment = terminalEnvironment({ SystemRoot: 'C:\\Windows', Path: 'C:\\bin', GITHUB_TOKEN: 'x' }, 'win32');
    expect(environment).toMatchObject({ SystemRoot: 'C:\\Windows', Path: 'C:\\bin' });
    expect(environment).not.toHaveProperty('GITHUB_TOKEN');
  });
});
