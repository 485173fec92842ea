import { execFileSync } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { planBundle } from '../../runtime/servers/plan-bundle.ts';
import { bundleFolders, createBundles } from './bundles.ts';
import { createFoundConfigs } from './found-configs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'orrery-bundles-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;

/** The same bytes for the same files, whenever it is made. */
async function bundle(files: Record<string, string>): Promise<string> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name, { mtime: new Date(2026, 0, 1) });
  zip.end();
  const file = path.join(folder, 'tool.mcpb');
  await pipeline(zip.outputStream as NodeJS.ReadableStream, createWriteStream(file));
  return file;
}

const manifest = {
  manifest_version: '0.3',
  name: 'my-notes',
  display_name: 'My notes',
  version: '1.2.0',
  description: 'Reads notes.',
  author: { name: 'Ada' },
  server: {
    type: 'node',
    entry_point: 'server/index.js',
    mcp_config: {
      command: 'node',
      args: ['${__dirname}/server/index.js', '${user_config.folders}'],
      env: { API_KEY: '${user_config.key}', HOME_DIR: '${HOME}' },
      platform_overrides: { win32: { command: 'node.exe' } },
    },
  },
  user_config: {
    folders: { type: 'directory', title: 'Folders', description: 'Which?', multiple: true, required: true, default: ['${HOME}/notes'] },
    key: { type: 'string', title: 'Key', description: '', sensitive: true, required: true },
  },
  compatibility: { platforms: ['linux'], runtimes: { node: '>=18' } },
};

describe('bundles', () => {
  const bundles = () => createBundles({ dataFolder: folder, platform: 'linux', home: '/home/ada' });

  it('are unpacked under their hash and become a plan', async () => {
    const file = await bundle({ 'manifest.json': JSON.stringify(manifest), 'server/index.js': '' });
    const { manifest: read, place } = await bundles().read(file, signal, []);
    const { planned } = planBundle(read, place, []);
    expect(planned).toMatchObject({ key: 'my-notes', description: 'By Ada. Version 1.2.0. Reads notes.', status: 'new' });
    expect(planned.config).toMatchObject({
      id: 'my-notes',
      title: 'My notes',
      command: 'node',
      args: [`${place.folder}/server/index.js`, '${ask:folders}'],
      env: { API_KEY: { text: '${ask:key}' }, HOME_DIR: { text: '/home/ada' } },
      source: { kind: 'mcpb', ref: 'tool.mcpb' },
    });
    // Its own folder is its program, which the sandbox opens by itself.
    expect(planned.config.reach?.folders.map((each) => each.path)).toEqual(['${ask:folders}']);
    expect(bundleFolders(planned.config, folder)).toEqual([place.folder]);
    expect(bundleFolders({ ...planned.config, args: [`${folder}/servers/other/x`] }, folder)).toEqual([]);
    expect(planned.questions).toMatchObject([
      { id: 'folders', kind: 'folder', isList: true, default: '/home/ada/notes' },
      { id: 'key', kind: 'secret', isRequired: true },
    ]);
    expect(planned.notes.join(' ')).toContain('node >=18');
    // The same file is the same folder.
    expect((await bundles().read(file, signal, [])).place.folder).toBe(place.folder);
  });

  it('stay while a server names them, however its path is written down, and while they were looked at just now', async () => {
    const old = new Date(Date.now() - 3 * 3_600_000);
    const used = await bundles().read(await bundle({ 'manifest.json': JSON.stringify(manifest) }), signal, []);
    const looked = await bundles().read(await bundle({ 'manifest.json': JSON.stringify({ ...manifest, version: '2' }) }), signal, []);
    const again = await bundle({ 'manifest.json': JSON.stringify({ ...manifest, version: '2' }) });
    for (const { place } of [used, looked]) utimesSync(place.folder, old, old);
    // As a configuration says it on Windows: each backslash twice.
    const inUse = [JSON.stringify({ cwd: `C:\\data\\bundles\\${path.basename(used.place.folder)}` })];
    await bundles().read(again, signal, inUse);
    await bundles().read(await bundle({ 'manifest.json': JSON.stringify({ ...manifest, version: '3' }) }), signal, inUse);
    expect(existsSync(used.place.folder)).toBe(true);
    expect(existsSync(path.join(looked.place.folder, 'manifest.json'))).toBe(true);
  });

  it('whose program, or what runs it, is not in them say so and become no plan', async () => {
    const plan = async (files: string[], server: object, platform = 'linux') => {
      const file = await bundle({
        'manifest.json': JSON.stringify({ ...manifest, compatibility: {}, server }),
        ...Object.fromEntries(files.map((each) => [each, 'x'])),
      });
      const read = await createBundles({ dataFolder: folder, platform: platform as 'linux', home: '/home/ada' }).read(file, signal, []);
      return planBundle(read.manifest, read.place, []).planned.config;
    };
    const missing = (name: string, how: string) => ({
      code: 'bundle-incomplete',
      message: `This bundle is not whole: ${how} “${name}”, which is not in it. Nothing was installed.`,
    });
    const { server } = manifest;
    await expect(plan(['server/other.js'], server)).rejects.toMatchObject(missing('server/index.js', 'it starts'));
    await expect(plan(['Server/Index.js'], server)).rejects.toMatchObject(missing('server/index.js', 'it starts'));
    const own = { type: 'binary', mcp_config: { command: '${__dirname}/bin/server', args: ['--data', '${__dirname}/made-later'] } };
    await expect(plan(['bin/readme'], own)).rejects.toMatchObject(missing('bin/server', 'it runs with'));
    expect(await plan(['bin/server'], own)).toMatchObject({ command: expect.stringMatching(/bin\/server$/) });
    expect(await plan(['bin/server.exe'], own, 'win32')).toBeDefined();
    const ownNode = { type: 'node', mcp_config: { command: '${__dirname}/runtime/node', args: ['${__dirname}/a.mjs'] } };
    await expect(plan(['a.mjs'], ownNode)).rejects.toMatchObject(missing('runtime/node', 'it runs with'));
    const modules = { type: 'python', mcp_config: { command: 'python', args: ['-m', 'notes'], env: { PYTHONPATH: '${__dirname}/lib' } } };
    await expect(plan(['main.py'], modules)).rejects.toMatchObject(missing('lib', 'it takes its modules from'));
    expect(await plan(['lib/notes.py'], modules)).toBeDefined();
    const byUv = { type: 'uv', entry_point: 'src/server.py' };
    await expect(plan(['pyproject.toml'], byUv)).rejects.toMatchObject(missing('src/server.py', 'it starts'));
    await expect(plan(['x'], { type: 'node', mcp_config: { command: 'node', args: ['${__dirname}/../../x.js'] } })).rejects.toMatchObject({
      code: 'bundle-incomplete',
    });
    // What comes from elsewhere is not looked for in it, and an entry that nothing starts is nobody's.
    expect(
      await plan(['x'], { type: 'node', entry_point: 'gone.js', mcp_config: { command: 'npx', args: ['-y', 'some-server'] } }),
    ).toBeDefined();
  });

  it('are given nothing of the vault that their manifest names', () => {
    const env = { A: '${secret:bank-login}' };
    const named = { ...manifest, server: { ...manifest.server, mcp_config: { ...manifest.server.mcp_config, env } } };
    const place = { folder: '/f', home: '/home/ada', platform: 'linux', ref: 'tool.mcpb' };
    expect(() => planBundle(named, place, [])).toThrow(expect.objectContaining({ code: 'bundle-unreadable' }));
    const long = { ...manifest, server: { ...manifest.server, mcp_config: { command: 'node', args: Array(5000).fill('x') } } };
    expect(() => planBundle(long, place, [])).toThrow(/^Its server cannot be started: args must have at most 100 items\.$/);
  });

  it('run by uv need not say how, leave out what nobody is asked for, and name a newer form', () => {
    const place = { folder: '/f', home: '/home/ada', platform: 'linux', ref: 'tool.mcpb' };
    const byUv = { ...manifest, manifest_version: '0.4', server: { type: 'uv', entry_point: 'src/server.py' } };
    expect(planBundle(byUv, place, []).planned.config).toMatchObject({
      command: 'uv',
      args: ['run', '--directory', '/f', 'src/server.py'],
    });
    expect(() => planBundle({ ...byUv, server: { type: 'node' } }, place, [])).toThrow(/server\.mcp_config is missing/);
    const open = {
      command: 'node',
      args: ['${__dirname}/a.js', '${user_config.gone}', '--more=${user_config.gone}'],
      env: { A: '${user_config.gone}', B: '${user_config.key}' },
    };
    const { planned } = planBundle({ ...manifest, server: { type: 'node', mcp_config: open } }, place, []);
    expect(planned.config).toMatchObject({ args: ['/f/a.js'], env: { B: { text: '${ask:key}' } } });
    expect(planned.config.env).not.toHaveProperty('A');
    expect(planBundle({ ...manifest, manifest_version: '1.0' }, place, []).planned.notes.join()).toContain('form 1.0');
    expect(planned.notes.join()).not.toContain('form');
  });

  it('say what is wrong with them', async () => {
    const refuse = async (files: Record<string, string>) => {
      const { manifest: read, place } = await bundles().read(await bundle(files), signal, []);
      return planBundle(read, place, []);
    };
    await expect(refuse({ 'readme.txt': '' })).rejects.toMatchObject({
      code: 'bundle-unreadable',
      message: expect.stringContaining('manifest.json'),
    });
    await expect(refuse({ 'manifest.json': JSON.stringify({ ...manifest, server: { type: 'php' } }) })).rejects.toMatchObject({
      code: 'bundle-unreadable',
      place: 'server.type',
      message: expect.stringMatching(/^Its manifest\.json does not fit: server\.type must be one of "/),
    });
    await expect(
      refuse({ 'manifest.json': JSON.stringify({ ...manifest, compatibility: { platforms: ['darwin'] } }) }),
    ).rejects.toMatchObject({
      code: 'bundle-not-for-this-system',
      message: 'This bundle is made for macOS, not for Linux.',
    });
    writeFileSync(path.join(folder, 'text.mcpb'), 'no zip');
    await expect(bundles().read(path.join(folder, 'text.mcpb'), signal, [])).rejects.toMatchObject({ name: 'AppError' });
  });
});

describe('configurations of other programs', () => {
  it('are found where they lie, and nothing else is read', () => {
    mkdirSync(path.join(folder, '.config/Claude'), { recursive: true });
    const file = path.join(folder, '.config/Claude/claude_desktop_config.json');
    writeFileSync(file, '\uFEFF{"mcpServers":{}}');
    const found = createFoundConfigs({ platform: 'linux', home: folder, env: {} });
    expect(found.list()).toEqual([{ program: 'Claude Desktop', path: file }]);
    expect(found.read(file).text).toBe('{"mcpServers":{}}');
    expect(() => found.read('/etc/passwd')).toThrow(expect.objectContaining({ code: 'config-not-found' }));
  });
});

describe('a bundle that a page gives piece by piece', () => {
  const put = (bundles: ReturnType<typeof createBundles>, bytes: Buffer, from = 0) =>
    bundles.put('upload-one', from, bytes.toString('base64'));
  const open = () => createBundles({ dataFolder: path.join(folder, 'data') });
  const parts = () => readdirSync(path.join(folder, 'data/servers/.bundles')).filter((name) => name.startsWith('.upload'));

  it('is read when it is whole, under the name of its file, and nothing of the pieces is left', async () => {
    const bytes = readFileSync(await bundle({ 'manifest.json': JSON.stringify(manifest) }));
    const bundles = open();
    await put(bundles, bytes.subarray(0, 100));
    await put(bundles, bytes.subarray(100), 100);
    const { place } = await bundles.uploaded('upload-one', '../../notes.mcpb', signal, []);
    expect(place.ref).toBe('notes.mcpb');
    expect(existsSync(path.join(place.folder, 'manifest.json'))).toBe(true);
    expect(parts()).toEqual([]);
  });

  it('with a hole, without a beginning, too large or no archive is refused', async () => {
    const bundles = open();
    await expect(put(bundles, Buffer.from('x'), 10)).rejects.toMatchObject({ code: 'bundle-unreadable' });
    await put(bundles, Buffer.from('some'));
    await expect(put(bundles, Buffer.from('more'), 9)).rejects.toMatchObject({ code: 'bundle-unreadable' });
    await expect(put(bundles, Buffer.from('x'), 512 * 1024 * 1024)).rejects.toMatchObject({ code: 'archive-too-large' });
    await expect(bundles.uploaded('upload-one', 'a.mcpb', signal, [])).rejects.toMatchObject({ code: 'archive-damaged' });
    await expect(bundles.uploaded('upload-none', 'a.mcpb', signal, [])).rejects.toMatchObject({ code: 'bundle-unreadable' });
    expect(parts()).toEqual([]);
  });

  it('that was left is swept when another begins', async () => {
    const bundles = open();
    await put(bundles, Buffer.from('left'));
    const before = new Date(Date.now() - 2 * 3_600_000);
    for (const name of parts()) utimesSync(path.join(folder, 'data/servers/.bundles', name), before, before);
    await bundles.put('upload-two', 0, Buffer.from('next').toString('base64'));
    expect(parts()).toEqual(['.upload-upload-two.part']);
  });
});

it.runIf(process.platform !== 'win32')('a named pipe is refused, and not waited for', async () => {
  const pipe = path.join(folder, 'pipe.mcpb');
  execFileSync('mkfifo', [pipe]);
  const bundles = createBundles({ dataFolder: folder });
  for (const odd of [pipe, folder, '/dev/null'])
    await expect(bundles.read(odd, signal, [])).rejects.toMatchObject({ code: 'bundle-unreadable', hint: 'Choose a .mcpb file.' });
});
