import { beforeEach, describe, expect, it } from 'vitest';
import type { SecretName } from '../../../shared/model/ids.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { foreignCommandLine, foreignPackage } from './from-catalogue.ts';
import { createServerInstall, type ServerChoice } from './install.ts';
import { planBundle } from './plan-bundle.ts';
import { readServerConfig } from './read-server-config.ts';

const key = 'ghp_0123456789abcdefghij0123456789abcdef';
const source = { kind: 'import' as const, ref: 'test' };

/** A vault of names and values; what the real one does beyond that has tests of its own. */
function lab() {
  const values = new Map<string, string>();
  const stored: ServerConfig[] = [];
  let now = 0;
  const install = createServerInstall({
    programs: { home: '/home/ada' },
    clock: { now: () => now, sleep: async () => undefined },
    ids: { next: () => `plan-${++now}` },
    store: { servers: { list: () => stored } } as never,
    vault: {
      list: () => [...values.keys()].map((name) => ({ name }) as never),
      reveal: async (name: string) => values.get(name) as string,
      set: async (name: string, value: string) => {
        if (values.has(name)) throw Object.assign(new Error('taken'), { code: 'secret-exists' });
        values.set(name, value);
        return {} as never;
      },
    } as never,
  });
  return { values, stored, install, later: (ms: number) => (now += ms) };
}

const choose = (plan: { servers: { key: string; config: ServerConfig }[] }, more: Partial<ServerChoice> = {}): ServerChoice[] =>
  plan.servers.map(({ key: name, config }) => ({
    key: name,
    id: config.id,
    title: config.title,
    enabled: true,
    answers: {},
    secretNames: {},
    ...more,
  }));

describe('taking over tool servers', () => {
  let at: ReturnType<typeof lab>;
  beforeEach(() => {
    at = lab();
  });

  const plan = (value: unknown) => at.install.plan(readServerConfig(JSON.stringify(value)), 'a test', source);

  it('puts keys into the vault and leaves handles, in variables, headers, arguments and addresses', async () => {
    const shown = await plan({
      mcpServers: {
        github: {
          command: 'npx',
          args: ['-y', 'x', `--api-key=${key}`, 'postgres://ada:hunter2hunter2@db.example.com/app', '/home/ada/work', '--port', '8080'],
          env: { GITHUB_TOKEN: key, LOG_LEVEL: 'info', KEY_FILE: '/home/ada/key.pem' },
        },
        far: {
          url: 'https://far.example.com/mcp?api_key=abcdef123456&lang=en',
          headers: { Authorization: 'Bearer sk-abcdefghijklmnopqrstuv' },
        },
      },
    });
    const text = JSON.stringify(shown);
    for (const value of [key, 'hunter2hunter2', 'abcdef123456', 'sk-abcdefghijklmnopqrstuv']) expect(text).not.toContain(value);
    const [github, far] = shown.servers;
    expect(github?.config.env).toMatchObject({ LOG_LEVEL: { text: 'info' }, KEY_FILE: { text: '/home/ada/key.pem' } });
    expect(github?.config.env.GITHUB_TOKEN).toHaveProperty('secret');
    expect(github?.config.args).toContain('8080');
    expect(github?.config.reach?.folders).toEqual([{ path: '/home/ada/work', write: true }]);
    expect(github?.notes.join()).toContain('command line');
    expect(far?.config.headers?.Authorization).toEqual({ text: expect.stringMatching(/^Bearer \$\{secret:[a-z.-]+\}$/) });
    expect(far?.config.url).toMatch(/^https:\/\/far\.example\.com\/mcp\?api_key=\$\{secret:[a-z0-9.-]+\}&lang=en$/);

    const kept = await at.install.storeKeys(shown.token, choose(shown));
    expect([...at.values.values()].sort()).toEqual([key, 'abcdef123456', 'hunter2hunter2', 'sk-abcdefghijklmnopqrstuv'].sort());
    const handles = [...JSON.stringify(kept).matchAll(/\$\{secret:([^}]+)\}/g)].map((match) => match[1] as string);
    for (const handle of handles) expect(at.values.has(handle)).toBe(true);
  });

  it('uses a key that is in the vault already, and takes another name where it holds something else', async () => {
    const value = { mcpServers: { github: { command: 'x', env: { GITHUB_TOKEN: key } } } };
    at.values.set('github-token', key);
    expect((await plan(value)).servers[0]?.secrets).toEqual([{ name: 'github-token', place: 'GITHUB_TOKEN', exists: 'same' }]);
    at.values.set('github-token', 'something else');
    const other = await plan(value);
    expect(other.servers[0]?.secrets).toEqual([{ name: 'github-token-2', place: 'GITHUB_TOKEN', exists: 'no' }]);
    await at.install.storeKeys(other.token, choose(other));
    expect(at.values.get('github-token')).toBe('something else');
    expect(at.values.get('github-token-2')).toBe(key);
  });

  it('asks for the inputs of VS Code, and keeps a secret answer as a handle', async () => {
    const shown = await plan({
      inputs: [{ type: 'promptString', id: 'token', description: 'Your token', password: true }],
      servers: { a: { command: 'x', env: { TOKEN: '${input:token}', NAME: 'pre-${env:USER_NAME}' } } },
    });
    expect(shown.servers[0]?.questions.map(({ id, kind }) => [id, kind])).toEqual([
      ['input-token', 'secret'],
      ['env-USER_NAME', 'text'],
    ]);
    expect(() => at.install.resolve(shown.token, choose(shown))).toThrow(expect.objectContaining({ code: 'answer-missing' }));
    const answers = { 'input-token': 'geheim-123', 'env-USER_NAME': 'ada' };
    const [config] = await at.install.storeKeys(shown.token, choose(shown, { answers }));
    expect(config?.env).toEqual({ TOKEN: { secret: 'a-token' as SecretName }, NAME: { text: 'pre-ada' } });
    expect(at.values.get('a-token')).toBe('geheim-123');
  });

  it('proposes the folder that a variable names, and says of a path that it is out of reach', async () => {
    const env = { MEMORY_FILE_PATH: '/home/ada/ai/memory.json', CONFIG: '/home/ada/.memory/config' };
    const shown = await plan({ mcpServers: { memory: { command: 'npx', args: ['-y', 'x'], env } } });
    expect(shown.servers[0]?.config.reach?.folders).toEqual([{ path: '/home/ada/ai', write: true }]);
    expect(shown.servers[0]?.notes).toEqual([
      'CONFIG names /home/ada/.memory/config, which it does not reach from its sandbox. If it needs that, allow the folder.',
    ]);
  });

  it('asks for the variables that another program put in, keys as keys, and leaves those of a shell’s script', async () => {
    const shown = await plan({
      mcpServers: {
        github: {
          command: 'npx',
          args: ['-y', 'x', '--team=${TEAM:-core}', '${HOME}/notes', '--template', '${name}'],
          env: { GITHUB_TOKEN: '${GITHUB_TOKEN}', API_KEY: '$WORK_KEY', PRICE: '5 $US' },
        },
        far: { url: 'https://${FAR_HOST}/mcp', headers: { Authorization: 'Bearer ${FAR_TOKEN}' } },
        shell: { command: '/bin/sh', args: ['-c', 'exec server --dir "${DIR}"'] },
      },
    });
    const [github, far, shell] = shown.servers;
    expect(github?.questions.map(({ id, kind, isRequired, default: given }) => [id, kind, isRequired, given])).toEqual([
      ['env-TEAM', 'text', false, 'core'],
      ['env-GITHUB_TOKEN', 'secret', true, undefined],
      ['env-WORK_KEY', 'secret', true, undefined],
    ]);
    expect(far?.questions.map(({ id, kind }) => [id, kind])).toEqual([
      ['env-FAR_TOKEN', 'secret'],
      ['env-FAR_HOST', 'text'],
    ]);
    expect(shell?.questions).toEqual([]);
    const answers = { 'env-GITHUB_TOKEN': key, 'env-WORK_KEY': 'geheim-456' };
    const [config] = await at.install.storeKeys(shown.token, choose({ servers: [github as never] }, { answers }));
    expect(config).toMatchObject({
      args: ['-y', 'x', '--team=core', '/home/ada/notes', '--template', '${name}'],
      env: { GITHUB_TOKEN: { secret: 'github-github_token' }, API_KEY: { secret: 'github-work_key' }, PRICE: { text: '5 $US' } },
    });
    expect([...at.values.values()].sort()).toEqual([key, 'geheim-456'].sort());
    expect(JSON.stringify(config)).not.toContain('GITHUB_TOKEN}');
  });

  it('takes no text where a number is asked for', () => {
    const user_config = { max: { type: 'number', title: 'Most notes', default: 20, min: 1, max: 100 } };
    const mcp_config = { command: 'node', args: ['--max=${user_config.max}'] };
    const given = { name: 'notes', version: '1', server: { type: 'node', mcp_config }, user_config };
    const shown = at.install.hold([planBundle(given, { folder: '/f', home: '/h', platform: 'linux', ref: 'n.mcpb' }, [])], 'a bundle', []);
    const asked = (max: string) => at.install.resolve(shown.token, choose(shown, { answers: { max } }))[0]?.args;
    expect(asked('7')).toEqual(['--max=7']);
    for (const bad of ['abc', '0', '101'])
      expect(() => asked(bad)).toThrow(
        expect.objectContaining({ code: 'answer-invalid', message: 'notes: “Most notes” must be a number from 1 to 100.' }),
      );
  });

  it('says in words which answer does not fit', async () => {
    const shown = await plan({ mcpServers: { a: { command: 'npx', args: ['-y', 'x', '--team=${TEAM:-core}'] } } });
    expect(() => at.install.resolve(shown.token, choose(shown, { answers: { 'env-TEAM': 'x'.repeat(5000) } }))).toThrow(
      expect.objectContaining({
        code: 'answer-invalid',
        message: expect.stringMatching(/^a: Args \(number 3\) must have at most 4,?000 characters\.$/),
      }),
    );
  });

  it('keeps a plan for an hour', async () => {
    const shown = await plan({ a: { command: 'x' } });
    at.later(3_700_000);
    expect(() => at.install.resolve(shown.token, choose(shown))).toThrow(expect.objectContaining({ code: 'plan-gone' }));
  });

  it('finds keys beside a name, in headers given as arguments, before an @ and in the path of an address', async () => {
    const random = 'NmQ3ZTYwYmEtZjA5Ni00ZTk4LWI4';
    const shown = await plan({
      mcpServers: {
        docker: {
          command: 'docker',
          args: [
            ...['run', '-i', '-e', 'DB_PASSWORD=hunter2hunter2', '-e', 'LOG_LEVEL=debug'],
            ...['--header', 'Authorization: Bearer tok.abcdef'],
          ],
        },
        far: { url: `https://mcp.example.com/api/mcp/s/${random}/mcp` },
        git: { command: 'x', args: [`https://${key}@git.example.com/a.git`] },
      },
    });
    const text = JSON.stringify(shown);
    for (const value of [key, 'hunter2hunter2', 'tok.abcdef', random]) expect(text).not.toContain(value);
    expect(shown.servers[0]?.config.args).toEqual([
      ...['run', '-i', '-e', expect.stringMatching(/^DB_PASSWORD=\$\{secret:[\w.-]+\}$/), '-e', 'LOG_LEVEL=debug', '--header'],
      expect.stringMatching(/^Authorization: Bearer \$\{secret:[\w.-]+\}$/),
    ]);
    expect(shown.servers[1]?.config.url).toMatch(/^https:\/\/mcp\.example\.com\/api\/mcp\/s\/\$\{secret:[\w.-]+\}\/mcp$/);
    await at.install.storeKeys(shown.token, choose(shown));
    expect([...at.values.values()].sort()).toEqual([key, 'hunter2hunter2', 'tok.abcdef', random].sort());
  });

  it.each([
    ['a variable', { command: 'x', env: { A: '${secret:bank-login/password}' } }],
    ['an argument', { command: 'x', args: ['--key=${secret:bank-login}'] }],
    ['an address', { url: 'https://evil.example/mcp?k=${secret:bank-login}' }],
    ['a header', { url: 'https://evil.example/mcp', headers: { 'X-Note': 'a ${secret:bank-login}' } }],
  ])('gives nothing of the vault to a configuration that names it in %s', async (_where, server) => {
    at.values.set('bank-login', 'geheim-geheim');
    const shown = await plan({ mcpServers: { theirs: server } });
    expect(shown.servers[0]?.problem).toContain('bank-login');
    expect(() => at.install.resolve(shown.token, choose(shown))).toThrow(expect.objectContaining({ code: 'server-not-usable' }));
  });

  it('knows a server that is there already', async () => {
    at.stored.push({ id: 'x', title: 'X', command: 'npx', args: ['-y', 'a'], env: {}, enabled: true } as unknown as ServerConfig);
    expect((await plan({ mcpServers: { other: { command: 'npx', args: ['-y', 'a'] } } })).servers[0]).toMatchObject({
      status: 'same',
      sameAs: 'X',
    });
  });

  it('takes the same program with another value, such as a second account, for another server', async () => {
    const env = { TEAM: { text: 'one' }, TOKEN: { secret: 'x-token' } };
    at.values.set('x-token', key);
    at.stored.push({ id: 'x', title: 'x', command: 'npx', args: ['-y', 'a'], env, enabled: true } as unknown as ServerConfig);
    const withEnv = async (name: string, given: Record<string, string>) =>
      (await plan({ mcpServers: { [name]: { command: 'npx', args: ['-y', 'a'], env: given } } })).servers[0]?.status;
    expect(await withEnv('x', { TEAM: 'one', TOKEN: key })).toBe('same');
    expect(await withEnv('y', { TEAM: 'two', TOKEN: key })).toBe('new');
    expect(await withEnv('y', { TEAM: 'one' })).toBe('new');
    expect(await withEnv('y', {})).toBe('new');
    // What is still to be asked may well be what is there.
    expect(await withEnv('x', { TEAM: '${env:TEAM}', TOKEN: key })).toBe('same');
  });

  it('knows the same program with the same key whatever its entry is called, and tells one with another key apart', async () => {
    const env = { TOKEN: { secret: 'of-my-own' } };
    at.values.set('of-my-own', key);
    at.stored.push({ id: 'x', title: 'X', command: 'npx', args: ['-y', 'a'], env, enabled: true } as unknown as ServerConfig);
    const found = async (token: string) =>
      (await plan({ mcpServers: { x: { command: 'npx', args: ['-y', 'a'], env: { TOKEN: token } } } })).servers[0];
    expect(await found(key)).toMatchObject({ status: 'same', sameAs: 'X', secrets: [{ name: 'of-my-own', exists: 'same' }] });
    const other = await found(`${key.slice(0, -4)}beef`);
    expect(other).toMatchObject({ status: 'new', secrets: [{ exists: 'no' }] });
    expect(other?.sameAs).toBeUndefined();
    // A key that is still to be asked for may be another one: that is said.
    expect(await found('${TOKEN}')).toMatchObject({ status: 'same', notes: [expect.stringContaining('With another key')] });
  });

  it('reads command lines and package names', () => {
    expect(foreignCommandLine(`API_KEY=1 npx -y "@a/server-b" --dir 'my files' plain\\ word`).servers[0]).toMatchObject({
      key: 'b',
      command: 'npx',
      args: ['-y', '@a/server-b', '--dir', 'my files', 'plain word'],
      env: { API_KEY: '1' },
    });
    expect(foreignPackage('@scope/thing-mcp@1.2.3').servers[0]).toMatchObject({ key: 'thing', args: ['-y', '@scope/thing-mcp@1.2.3'] });
    expect(() => foreignPackage('x; rm -rf /')).toThrow(expect.objectContaining({ code: 'package-name' }));
  });
});
