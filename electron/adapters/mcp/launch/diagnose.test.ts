// What programs really print when they cannot start, and the cause that each must be told by. Words of Node, npm, uv, pip, Python and
// the dynamic linkers, as recorded.

import { describe, expect, it } from 'vitest';
import type { StartCause } from '../../../../shared/model/tool.ts';
import { diagnose } from './diagnose.ts';
import { mayBeOffered } from './diagnose-contained.ts';
import type { StartFacts } from './diagnose-facts.ts';
import type { Look } from './diagnose-look.ts';

const look: Look = {
  portHolder: (port) => (port === 3000 ? { pid: 42, name: 'webapp' } : undefined),
  engines: () => undefined,
  nodes: () => [{ version: '22.3.0', path: '/n/22/bin/node' }],
  builtFor: () => undefined,
  isThere: (path) => (path === '/data/kept' ? 'folder' : path.startsWith('/data/kept/') ? 'file' : undefined),
  leadsTo: (path) => path,
};
const facts = (stderr: string, extra: Partial<StartFacts> = {}): StartFacts => ({
  plan: { file: '/usr/bin/node', args: ['/srv/index.js'], env: { PATH: '/usr/bin' }, cwd: '/tmp' },
  exitCode: 1,
  signal: null,
  stderr,
  stdoutHead: '',
  elapsedMs: 500,
  ...extra,
});

const table: [cause: StartCause, names: RegExp, stderr: string][] = [
  [
    'port-taken',
    /3000.*webapp \(process 42\)/,
    'Error: listen EADDRINUSE: address already in use :::3000\n    at Server.setupListenHandle\n  code: "EADDRINUSE",\n  port: 3000',
  ],
  ['port-taken', /8931/, 'Error: listen EADDRINUSE: address already in use 127.0.0.1:8931'],
  ['port-taken', /8000/, "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 8000): address already in use"],
  [
    'native-part',
    /another version of Node/,
    "Error: The module '/x/better_sqlite3.node'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 115. This version of Node.js requires\nNODE_MODULE_VERSION 137.",
  ],
  ['native-part', /another kind of machine/, 'Error: /x/build/Release/foo.node: invalid ELF header'],
  ['native-part', /GLIBC 2\.38/, "/x/server: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by /x/server)"],
  ['native-part', /libsecret-1\.so\.0/, 'Error: libsecret-1.so.0: cannot open shared object file: No such file or directory'],
  [
    'native-part',
    /libfoo\.so\.2/,
    '/x/server: error while loading shared libraries: libfoo.so.2: cannot open shared object file: No such file or directory',
  ],
  ['native-part', /bindings file/, 'Error: Could not locate the bindings file. Tried:\n → /x/build/better_sqlite3.node'],
  ['native-part', /rollup-linux-x64-gnu/, "Error: Cannot find module '@rollup/rollup-linux-x64-gnu'"],
  ['native-part', /sharp/, 'Error: Could not load the "sharp" module using the linux-x64 runtime'],
  [
    'newer-runtime',
    /newer Node\.js/,
    'Error [ERR_REQUIRE_ESM]: require() of ES Module /x/index.js from /y.js not supported.\n\nNode.js v18.19.0',
  ],
  [
    'newer-runtime',
    /Node\.js 20/,
    'npm warn EBADENGINE Unsupported engine\nThis tool requires Node.js >= 20. You are using 18.\nNode.js v18.19.0',
  ],
  ['newer-runtime', /18\.19\.0/, 'Error [ERR_UNKNOWN_BUILTIN_MODULE]: No such built-in module: node:sqlite\nNode.js v18.19.0'],
  [
    'exited',
    /“node:sqlite2”, a built-in part that no Node/,
    'Error [ERR_UNKNOWN_BUILTIN_MODULE]: No such built-in module: node:sqlite2\nNode.js v18.19.0',
  ],
  ['newer-runtime', /Python 3\.11/, "pip ERROR: Package requires a different Python: 3.9.2 not in '>=3.11'"],
  ['missing-secret', /BRAVE_API_KEY/, 'Error: BRAVE_API_KEY environment variable is required'],
  ['missing-secret', /SLACK_BOT_TOKEN and SLACK_TEAM_ID/, 'Please set SLACK_BOT_TOKEN and SLACK_TEAM_ID environment variables'],
  [
    'not-cached',
    /was not reached/,
    "pip: WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 403 Forbidden'))': /simple/some-server/\nERROR: Could not find a version that satisfies the requirement some-server (from versions: none)\nERROR: No matching distribution found for some-server",
  ],
  ['missing-secret', /DATABASE_URL/, 'DATABASE_URL is not set'],
  [
    'missing-secret',
    /given: GOOGLE_OAUTH_CREDENTIALS\. Store/,
    'OAuth credentials not found. Please provide credentials using one of these methods:\n\n1. Environment variable:\n   Set GOOGLE_OAUTH_CREDENTIALS to the path of your credentials file:\n   export GOOGLE_OAUTH_CREDENTIALS="/path/to/keys.json"\n\nToken storage:\n- To use a custom token location, set GOOGLE_CALENDAR_MCP_TOKEN_PATH environment variable',
  ],
  [
    'missing-secret',
    /OPENAI_API_KEY/,
    '1 validation error for Settings\nOPENAI_API_KEY\n  Field required [type=missing, input_value={}, input_type=dict]',
  ],
  ['missing-secret', /API key/i, 'Error: No API key provided. Get one at our site.'],
  [
    'not-found',
    /no-such-package-xyz/,
    "npm error code E404\nnpm error 404 Not Found - GET https://registry.example/no-such-package-xyz - Not found\nnpm error 404  'no-such-package-xyz@*' is not in this registry.",
  ],
  ['not-found', /pkg@9\.9\.9/, 'npm error code ETARGET\nnpm error notarget No matching version found for pkg@9.9.9.'],
  [
    'not-cached',
    /network/,
    'npm error code EAI_AGAIN\nnpm error network request to https://registry.example/x failed, reason: getaddrinfo EAI_AGAIN registry.example',
  ],
  [
    'not-cached',
    /network/,
    'error: Failed to fetch: `https://pypi.org/simple/mcp-server-time/`\n  Caused by: error sending request for url (https://pypi.org/simple/mcp-server-time/)\n  Caused by: dns error',
  ],
  [
    'not-cached',
    /checksum differs/,
    'npm error code EINTEGRITY\nnpm error sha512-AA== integrity checksum failed when using sha512: wanted sha512-AA== but got sha512-BB==. (557 bytes)',
  ],
  [
    'not-cached',
    /has not fetched the version of pnpm[\s\S]*pnpm --version/,
    'Error: Error when performing the request to https://registry.example/pnpm/9.15.0; for troubleshooting help, see https://corepack.example\n    at fetch (/usr/lib/node_modules/corepack/dist/lib/corepack.cjs:22149:11)\n  [cause]: Error: getaddrinfo ENOTFOUND registry.example',
  ],
  ['not-authorized', /sign in/, 'npm error code E401\nnpm error Incorrect or missing password.'],
  ['not-found', /absent\.js/, "Error: Cannot find module '/srv/absent.js'\n    at x {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}"],
  ['not-found', /“zod” is missing/, "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /srv/index.js"],
  ['not-found', /“mcp” is missing/, "Traceback:\nModuleNotFoundError: No module named 'mcp'"],
  ['wrong-architecture', /program for this machine/, '/bin/sh: 1: ./server: Exec format error'],
  ['exited', /Usage: mcp-server-filesystem/, 'Usage: mcp-server-filesystem [allowed-directory] [additional-directories...]'],
  ['exited', /Create “\/data\/notes”/, "Error: ENOENT: no such file or directory, stat '/data/notes'"],
  ['exited', /ran out of memory/, 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
  ['exited', /TypeError: x is undefined/, 'TypeError: x is undefined\n    at a (/x.js:1:1)\n\nNode.js v24.1.0'],
];

describe('what a server says when it cannot start', () => {
  for (const [cause, names, stderr] of table)
    it(`${cause}: ${stderr.split('\n')[0]?.slice(0, 70)}`, () => {
      const failure = diagnose(facts(stderr), look);
      expect(failure.cause).toBe(cause);
      expect(`${failure.message} ${failure.hint}`).toMatch(names);
    });

  it('says nothing of causes that its words only remind of', () => {
    // A key it was given; its own port, taken well; an old warning before another end.
    const given = facts('GITHUB_TOKEN is required to be kept safe', { plan: { ...facts('').plan, env: { GITHUB_TOKEN: 'x' } } });
    expect(diagnose(given, look).cause).toBe('exited');
    expect(diagnose(facts('Listening on port 3000'), look).cause).toBe('exited');
    expect(diagnose(facts('ERR_INVALID_ARG required, NODE_OPTIONS not set'), look).cause).toBe('exited');
    expect(diagnose(facts('SyntaxError: Unexpected end of JSON input\nNode.js v24.1.0'), look).cause).toBe('exited');
  });
  it('as a person would be told it', () => {
    const said = (stderr: string, more: Partial<StartFacts> = {}): string => {
      const { message, hint } = diagnose(facts(stderr, more), look);
      return `${message} → ${hint}`;
    };
    const bare = '/srv/run: 2: exec: /srv/server: Permission denied';
    for (const words of [bare, '/srv/run: line 2: /srv/server: Permission denied', 'sh: 1: /srv/server: Permission denied'])
      expect(said(words, { exitCode: 126 })).toBe(
        "It starts “/srv/server”, which is there, but may not be run. → Allow it with: chmod +x '/srv/server'",
      );
    expect(said('', { exitCode: 0 })).toMatch(
      /^It ended at once, with no error and without a word\. → Check that its command and arguments start a server/,
    );
    expect(said('the database is locked', { exitCode: 3 })).toBe(
      'It exited with code 3. Its last words: the database is locked → Mend what its words name, then start it again; the full log has all of them.',
    );
    expect(said('', { exitCode: null, stdoutHead: '{\n  "jsonrpc": "2.0"\n}\n' })).toContain(
      'JSON over several lines, where each message has to be one line. Its first line was: {',
    );
    expect(said('', { exitCode: null, stdoutHead: '<!doctype html>\n' })).toContain(
      'it writes a page, as a program for browsers does. Its first line was: <!doctype',
    );
    expect(said('', { exitCode: null, stdoutHead: 'Ready.\n' })).toContain('It does not speak MCP on stdout. Its first line was: Ready.');
    expect(said('listen EADDRINUSE: address already in use :::3000')).toContain('End webapp (process 42), or give');
  });
  it('a secret that is not accepted is another sentence', () => {
    const failure = diagnose(
      facts('Invalid GITHUB_TOKEN: bad credentials', { plan: { ...facts('').plan, env: { GITHUB_TOKEN: 'x' } } }),
      look,
    );
    expect(failure).toMatchObject({ cause: 'missing-secret', message: expect.stringContaining('does not accept') });
  });
  it('what crashes after it was ready has crashed, whatever it said', () => {
    expect(diagnose(facts('listen EADDRINUSE :::3000', { wasReady: true }), look).cause).toBe('exited');
    expect(diagnose(facts('', { wasReady: true }), look).hint).toMatch(/what it was asked last/);
  });
  it('what the sandbox does not show is not said to be missing', () => {
    const closed = { hosts: ['api.example.com', '*.example.org'] };
    const said = (stderr: string, more: Partial<StartFacts> = {}) => diagnose(facts(stderr, { closed, ...more }), look);
    for (const words of [
      "Error: Cannot find module '/data/kept/server.mjs'\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\nNode.js v20.1.0",
      "Error: ENOENT: no such file or directory, open '/data/kept/config.json'",
      "FileNotFoundError: [Errno 2] No such file or directory: '/data/kept/credentials.json'",
      "python3: can't open file '/data/kept/server.py': [Errno 2] No such file or directory",
      '/srv/run: 2: exec: /data/kept/server: not found',
      '/srv/run: line 2: /data/kept/server: No such file or directory',
      'sh: 0: cannot open /data/kept/start.sh: No such file',
      "Error: ENOENT: no such file or directory, scandir '/data/kept'",
      'Warning: Cannot access directory /data/kept, skipping\nError: None of the specified directories are accessible',
    ])
      expect(said(words), words).toMatchObject({
        cause: 'sandbox',
        message: expect.stringMatching(/^It does not see “\/data\/kept.*That is there, but it runs in a sandbox/),
        hint: 'If it should have it, add the folder “/data/kept” on its Permissions tab, then start it again.',
        wantsFolder: { path: '/data/kept', write: false },
      });
    // An older Node than its package asks for is not why a file is not seen.
    const wants = { ...look, engines: () => '>=24' };
    expect(diagnose(facts("Cannot find module '/data/kept/a.js'\n  requireStack: []\nNode.js v20.1.0", { closed }), wants).cause).toBe(
      'sandbox',
    );
    expect(said("Error: EROFS: read-only file system, open '/data/kept/a.db'")).toMatchObject({
      hint: 'If it should have it, add the folder “/data/kept”, to be written too, on its Permissions tab, then start it again.',
      wantsFolder: { path: '/data/kept', write: true },
    });
    // Neither there nor contained: as before.
    expect(said("Error: ENOENT: no such file or directory, stat '/data/notes'").cause).toBe('exited');
    expect(diagnose(facts("Error: ENOENT: no such file or directory, stat '/data/kept/x'"), look).cause).toBe('exited');
  });
  it('a folder that nobody should give away at a click is not offered, wherever its words come from', () => {
    const home = '/home/ada';
    for (const folder of ['/home/ada/notes', '/home/ada/Documents/Work', '/srv/data', '/mnt/disk', '/Volumes/Photos', '/tmp/x'])
      expect(mayBeOffered(folder, home), folder).toBe(true);
    for (const folder of [
      ...['/home/ada', '/home', '/', '/home/ada/.ssh', '/home/ada/.config/gh', '/home/ada/work/.git', '/home/ada/Library/Keychains'],
      ...['/etc', '/etc/ssl', '/proc/self', '/var/lib/x', '/usr/share', '/root', '/root/.ssh', '/srv/.secrets', '/srv/../etc'],
    ])
      expect(mayBeOffered(folder, home), folder).toBe(false);
    const led = { ...look, leadsTo: () => '/etc/ssl' };
    const failure = diagnose(facts("Error: ENOENT: no such file or directory, scandir '/data/kept'", { closed: { hosts: [] } }), led);
    expect(failure).toMatchObject({ cause: 'sandbox', hint: expect.stringContaining('Permissions tab') });
    expect(failure).not.toHaveProperty('wantsFolder');
  });
  it('a host that it may not reach is named, one that it may is not blamed on the sandbox', () => {
    const said = (host: string, hosts: string[]) => diagnose(facts(`Error: getaddrinfo EAI_AGAIN ${host}`, { closed: { hosts } }), look);
    expect(said('api.github.com', [])).toEqual({
      cause: 'sandbox',
      message: 'It was not let through to api.github.com, which it needs at its start. It has no network.',
      hint: 'Add the host api.github.com on its Permissions tab if it should reach it, then start it again.',
      wantsToReach: 'api.github.com',
    });
    expect(said('api.github.com', ['api.example.com']).message).toContain('not among those it may reach');
    for (const hosts of [['api.github.com'], ['*.github.com'], ['*'], ['api.github.com:443']])
      expect(said('api.github.com', hosts).cause).toBe('exited');
  });
  it('names the Node that is wanted, and which there are', () => {
    const wants = { ...look, engines: () => '>=22.1' };
    const failure = diagnose(facts('SyntaxError: Unexpected identifier\nNode.js v20.1.0'), wants);
    expect(failure).toMatchObject({
      cause: 'newer-runtime',
      message: expect.stringMatching(/22\.1 or newer.*20\.1\.0.*22\.3\.0/),
      hint: expect.stringContaining('/n/22/bin/node'),
    });
    expect(diagnose(facts('TypeError: x is not a function\nNode.js v23.0.0'), wants).cause).toBe('exited');
  });
  it('cannot be made to take long by what a server prints', () => {
    const began = performance.now();
    for (const piece of [
      'a'.repeat(64_000),
      'a.'.repeat(32_000),
      ' '.repeat(64_000),
      '1'.repeat(64_000),
      'GET '.repeat(16_000),
      '"path":["'.repeat(7_000),
      'A_'.repeat(32_000),
      'port: 1 '.repeat(8_000),
      'EADDRINUSE '.repeat(6_000),
      "Error: Cannot find module '".repeat(2_400),
    ])
      diagnose(facts(piece), look);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
