import { describe, expect, it } from 'vitest';
import { checkDraft, draftOf, emptyDraft, idFrom, splitCommandLine } from './server-config.ts';

const good = { ...emptyDraft, id: 'notes', title: 'Notes', command: 'npx', args: '-y\nsome server\n' };

describe('the add-server form', () => {
  it('becomes a config and back without loss', () => {
    const checked = checkDraft({
      ...good,
      env: [
        { name: 'TOKEN', kind: 'secret', value: 'notes.token' },
        { name: 'MODE', kind: 'text', value: 'fast' },
        { name: '', kind: 'text', value: '' },
      ],
      cwd: ' /srv ',
    });
    if (!('config' in checked)) throw new Error(JSON.stringify(checked));
    expect(checked.config).toMatchObject({
      args: ['-y', 'some server'],
      cwd: '/srv',
      env: { TOKEN: { secret: 'notes.token' }, MODE: { text: 'fast' } },
    });
    expect(checkDraft(draftOf(checked.config))).toEqual(checked);
  });

  it('splits a command line that was typed whole, and keeps a path in quotes together', () => {
    const configOf = (command: string, args = '') => {
      const checked = checkDraft({ ...good, command, args });
      if (!('config' in checked)) throw new Error(JSON.stringify(checked));
      return checked.config;
    };
    expect(configOf('npx -y some-server "a b"')).toMatchObject({ command: 'npx', args: ['-y', 'some-server', 'a b'] });
    expect(configOf('/opt/my tools/run', '--fast')).toMatchObject({ command: '/opt/my tools/run', args: ['--fast'] });
    for (const command of ['"/opt/my tools/run"', `"C:\\My Tools\\x.exe"`, `"/opt/Ann's tools/run"`]) {
      const config = configOf(command);
      expect(config.args).toEqual([]);
      expect(checkDraft(draftOf(config))).toEqual({ config });
    }
    expect(configOf('"/opt/my tools/run"').command).toBe('/opt/my tools/run');
  });

  it('knows addresses with headers, and leaves alone what it does not show', () => {
    const remote = {
      ...good,
      kind: 'http' as const,
      url: 'https://mcp.example.com/',
      headers: [{ name: 'X-Key', kind: 'secret' as const, value: 'key' }],
    };
    const checked = checkDraft(remote);
    if (!('config' in checked)) throw new Error(JSON.stringify(checked));
    expect(checked.config).toMatchObject({ transport: 'http', command: '', args: [], env: {}, headers: { 'X-Key': { secret: 'key' } } });
    const source = { kind: 'catalogue' as const, ref: 'x' };
    const login = { KEY: { secret: 'login' as never, field: 'password' as const } };
    const before = { ...checked.config, source, oauth: { by: 'person' as const, scope: 'read' } };
    expect(checkDraft(draftOf(before), before)).toEqual({ config: before });
    expect(checkDraft({ ...draftOf(before), kind: 'stdio', command: 'npx' }, before)).toMatchObject({ config: { command: 'npx', source } });
    const program = checkDraft(good);
    if (!('config' in program)) throw new Error(JSON.stringify(program));
    expect(checkDraft(draftOf({ ...program.config, env: login }))).toMatchObject({ config: { env: login } });
    expect(checkDraft({ ...remote, url: 'mcp.example.com' })).toMatchObject({ problems: { url: expect.any(String) } });
    expect(checkDraft({ ...remote, headers: [{ name: 'Bad Name', kind: 'text', value: 'x' }] })).toMatchObject({
      problems: { headers: expect.any(String) },
    });
  });

  it('names the field that is wrong', () => {
    expect(checkDraft({ ...good, id: 'Not an id' })).toMatchObject({ problems: { id: expect.any(String) } });
    expect(checkDraft({ ...good, title: ' ', command: '' })).toMatchObject({
      problems: { title: expect.any(String), command: expect.any(String) },
    });
    expect(checkDraft({ ...good, env: [{ name: 'BAD NAME', kind: 'text', value: 'x' }] })).toMatchObject({
      problems: { env: expect.any(String) },
    });
    expect(checkDraft({ ...good, env: [{ name: 'A', kind: 'secret', value: '' }] })).toMatchObject({
      problems: { env: expect.any(String) },
    });
    expect(
      checkDraft({
        ...good,
        env: [
          { name: 'A', kind: 'text', value: '1' },
          { name: 'A', kind: 'text', value: '2' },
        ],
      }),
    ).toEqual({ problems: { env: 'A is set twice.' } });
  });

  it('keeps how to sign in, takes it away when it is emptied, and says what is wrong in it', () => {
    const remote = { ...emptyDraft, id: 'shop', title: 'Shop', kind: 'http' as const, url: 'https://mcp.example.com/mcp' };
    const given = { ...remote.oauth, clientId: ' shop ', clientSecret: 'shop-client', scope: 'read write', redirectPort: '8123' };
    const checked = checkDraft({ ...remote, oauth: given });
    if (!('config' in checked)) throw new Error(JSON.stringify(checked));
    expect(checked.config.oauth).toEqual({
      by: 'person',
      clientId: 'shop',
      clientSecret: 'shop-client',
      scope: 'read write',
      redirectPort: 8123,
    });
    expect(checkDraft(draftOf(checked.config), checked.config)).toEqual(checked);
    const emptied = checkDraft({ ...draftOf(checked.config), oauth: emptyDraft.oauth }, checked.config);
    expect('config' in emptied && emptied.config.oauth).toBeUndefined();
    const alone = { ...given, by: 'client-credentials' as const, clientSecret: '', privateKey: 'shop-key', algorithm: 'RS256' as const };
    const second = checkDraft({ ...remote, oauth: alone });
    if (!('config' in second)) throw new Error(JSON.stringify(second));
    expect(second.config.oauth).toMatchObject({ by: 'client-credentials', privateKey: 'shop-key', algorithm: 'RS256' });
    expect(second.config.oauth).not.toHaveProperty('redirectPort');
    for (const [wrong, words] of [
      [{ ...given, redirectPort: '80' }, /1024 to 65535/],
      [{ ...given, redirectPort: 'many' }, /1024 to 65535/],
      [{ ...given, issuer: 'auth.example.com' }, /starts with https/],
      [{ ...alone, clientId: '' }, /client id/],
    ] as const)
      expect(checkDraft({ ...remote, oauth: wrong })).toEqual({ problems: { oauth: expect.stringMatching(words) } });
    // A program signs in nowhere.
    const program = checkDraft({ ...good, oauth: given });
    expect('config' in program && program.config.oauth).toBeUndefined();
  });

  it('proposes an id from the title', () => {
    expect(idFrom('My Files!')).toBe('my-files');
    expect(idFrom('  2nd Über-Server ')).toBe('nd-u-ber-server');
    expect(idFrom('!!!')).toBe('');
  });

  it('splits a pasted command line as a shell would, without running one', () => {
    expect(splitCommandLine('npx -y "a b" \'c d\' $(rm) ;x')).toEqual({ command: 'npx', args: ['-y', 'a b', 'c d', '$(rm)', ';x'] });
    expect(splitCommandLine('')).toEqual({ command: '', args: [] });
    expect(splitCommandLine('"C:\\\\Program Files\\\\x.exe" --a')).toEqual({ command: 'C:\\Program Files\\x.exe', args: ['--a'] });
  });
});
