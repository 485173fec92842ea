// Where an installer would go by itself: the registries of the person's own settings, the hosts those serve files from, and the proxy
// that they set. npm is asked; pip's and uv's few files are read. Starts nothing but npm for that.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { portOf } from '../../net/policy.ts';
import type { PackageAsk } from './package-ask.ts';
import type { NpmTool } from './package-tools.ts';
import { npmRegistryOf } from './registry.ts';
import { runTool } from './run-tool.ts';
import type { SearchContext } from './search-context.ts';

export interface InstallerSettings {
  /** That this package is asked for at. */
  registry: URL;
  /** All that the installer may reach: `host:port`, or `*.example.com`. */
  hosts: string[];
  /** The person's own proxy, for https and for http; as they wrote it. */
  proxy: { https?: string; http?: string };
  /** Hosts that they want reached without it, as they wrote them. */
  noProxy: string[];
  /** PEM: who may vouch for a proxy that is asked over TLS, by those settings. */
  proxyCa?: readonly string[];
}

type Env = Readonly<Record<string, string | undefined>>;
export type InstallerAsk = Pick<PackageAsk, 'kind' | 'spec' | 'name' | 'index'>;

/** Registries that give files out from other hosts, and those. */
const companions: Readonly<Record<string, readonly string[]>> = {
  'pypi.org': ['files.pythonhosted.org:443'],
  'test.pypi.org': ['test-files.pythonhosted.org:443'],
  'npm.pkg.github.com': ['pkg-npm.githubusercontent.com:443'],
  'pkgs.dev.azure.com': ['*.blob.core.windows.net', '*.vsblob.vsassets.io'],
};
/** Where uv has the Python from that a package asks for. */
const uvPythons = [
  'github.com:443',
  'objects.githubusercontent.com:443',
  'release-assets.githubusercontent.com:443',
  'releases.astral.sh:443',
];

const variable = (env: Env, ...names: string[]): string | undefined =>
  names.map((name) => env[name] ?? env[name.toUpperCase()]).find((value) => value !== undefined && value !== '');

const webAddress = (text: string | undefined): URL | undefined => {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) ? url : undefined;
};

function hostsOf(registries: readonly (URL | undefined)[]): string[] {
  const found = registries.flatMap((url) =>
    url === undefined ? [] : [`${url.hostname.replace(/^\[|\]$/g, '')}:${portOf(url)}`, ...(companions[url.hostname] ?? [])],
  );
  return [...new Set(found)];
}

const words = (text: string | undefined): string[] => (text ?? '').split(/[\s,]+/).filter((each) => each !== '');
const given = (https: string | undefined, http: string | undefined): InstallerSettings['proxy'] => ({
  ...(https === undefined ? {} : { https }),
  ...(http === undefined ? {} : { http }),
});

const npmAnswer = z.record(z.string(), z.unknown());

/** As npm itself would use them: command line aside, all of its files and variables. */
export async function npmSettings(
  ask: InstallerAsk,
  tool: NpmTool,
  env: Record<string, string>,
  { home, signal }: Pick<SearchContext, 'home'> & { signal?: AbortSignal | undefined },
): Promise<InstallerSettings> {
  const answer = async (): Promise<Record<string, unknown> | undefined> => {
    const asked = await runTool(tool.node, [tool.npm, 'config', 'ls', '--json', '--loglevel=error'], {
      env,
      // Its folder says something too: the person's own, where nobody else can have put a file of settings.
      cwd: home,
      timeoutMs: 30_000,
      ...(signal === undefined ? {} : { signal }),
    });
    return npmAnswer.safeParse(parsed(asked.stdout)).data;
  };
  // Once more: without its answer a proxy or a certificate of theirs would be missed, and the start fail for a reason that is not theirs.
  const said = (await answer()) ?? (signal?.aborted === true ? undefined : await answer()) ?? {};
  const own = said.userconfig ?? variable(env, 'npm_config_userconfig') ?? join(home, '.npmrc');
  const text = (name: string): string | undefined => {
    const value = name in said ? said[name] : unsaid(name, env, [own, said.globalconfig]);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const usual = webAddress(text('registry')) ?? new URL(npmRegistryOf({ env, home }));
  const scope = ask.name.startsWith('@') ? ask.name.split('/')[0] : undefined;
  const scoped = scope === undefined ? undefined : webAddress(text(`${scope}:registry`));
  const all = Object.keys(said).flatMap((name) => (name.endsWith(':registry') ? [webAddress(text(name))] : []));
  const { noproxy } = said;
  const https = text('https-proxy') ?? text('proxy') ?? variable(env, 'https_proxy', 'all_proxy');
  const http = text('https-proxy') ?? text('proxy') ?? variable(env, 'https_proxy', 'http_proxy', 'all_proxy');
  const listed = Array.isArray(noproxy) ? noproxy.flatMap((each) => words(String(each))) : words(text('noproxy'));
  return {
    registry: scoped ?? usual,
    hosts: hostsOf([usual, ...all]),
    proxy: given(https, http),
    noProxy: listed.length > 0 ? listed : words(variable(env, 'no_proxy')),
    ...vouching([text('cafile'), ...trustVariables.map((name) => variable(env, name))], said.ca),
  };
}

const trustVariables = ['node_extra_ca_certs', 'ssl_cert_file'];

/** Certificates in those files, and those that are given as they are. */
function vouching(files: readonly (string | undefined)[], more?: unknown): Pick<InstallerSettings, 'proxyCa'> {
  const texts = [...files.map((file) => (file === undefined ? '' : textOf(file))), ...[more].flat().map((each) => String(each ?? ''))];
  const found = texts.filter((text) => text.includes('-----BEGIN CERTIFICATE-----')).map((text) => text.replaceAll('\\n', '\n'));
  return found.length === 0 ? {} : { proxyCa: [...new Set(found)] };
}

/** npm does not say what holds a name and password: that is where it has it from. */
function unsaid(name: string, env: Env, files: readonly unknown[]): string | undefined {
  const wanted = `npm_config_${name}`.replaceAll('-', '_').toLowerCase();
  const ofEnv = Object.entries(env).find(([each, value]) => each.replaceAll('-', '_').toLowerCase() === wanted && value !== '')?.[1];
  if (ofEnv !== undefined) return ofEnv;
  for (const file of files) {
    if (typeof file !== 'string') continue;
    const line = lineOf(textOf(file), name);
    if (line !== undefined) return line.replace(/\$\{([^}]+)\}/g, (whole, each: string) => env[each] ?? whole);
  }
  return undefined;
}

/** `name = value`, the last one, without quotes. */
const lineOf = (text: string, name: string): string | undefined =>
  text
    .split('\n')
    .map((line) => /^\s*([\w@:/.-]+?)\s*=\s*(.*?)\s*$/.exec(line))
    .filter((pair) => pair?.[1] === name && pair[2] !== '')
    .at(-1)?.[2]
    ?.replace(/^(["'])(.*)\1$/, '$2');

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // most of them are not there
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an npm that cannot say: its one file is read instead
  }
};

/** Of pip's and uv's files that are there, joined. */
function filesOf({ home, platform, env }: Pick<SearchContext, 'home' | 'platform' | 'env'>): string {
  const appData = env.APPDATA ?? join(home, 'AppData', 'Roaming');
  const config = env.XDG_CONFIG_HOME ?? join(home, '.config');
  const places =
    platform === 'win32'
      ? [join(appData, 'pip', 'pip.ini'), join(home, 'pip', 'pip.ini'), join(appData, 'uv', 'uv.toml')]
      : [
          ...['/etc/pip.conf', '/etc/xdg/pip/pip.conf', '/etc/uv/uv.toml', join(home, '.pip', 'pip.conf')],
          ...[join(config, 'pip', 'pip.conf'), join(config, 'uv', 'uv.toml')],
          ...(platform === 'darwin' ? [join(home, 'Library', 'Application Support', 'pip', 'pip.conf')] : []),
        ];
  return [...places, env.PIP_CONFIG_FILE, env.UV_CONFIG_FILE].flatMap((place) => (place === undefined ? [] : [textOf(place)])).join('\n');
}

/** Lines such as `index-url = https://…` and `url = "https://…"`, further addresses of a list below them too. */
const written = (files: string, name: RegExp): string[] => {
  const found: string[] = [];
  let isIn = false;
  for (const line of files.split('\n')) {
    const pair = /^\s*([A-Za-z_-]+)\s*[=:]\s*(.*)$/.exec(line);
    if (/^\s*[#;]/.test(line)) continue;
    if (pair !== null && !/^\s*["']?https?:/.test(line)) isIn = name.test(pair[1] ?? '');
    else if (!/^\s+\S/.test(line)) isIn = false;
    if (isIn) found.push(...(line.match(/[a-z][a-z0-9+.-]*:\/\/[^\s"',\]]+/gi) ?? []));
  }
  return found;
};

const indexName = /^(index-url|extra-index-url|find-links|default-index|index|url|python-install-mirror|pypy-install-mirror)$/;
const indexVariables = [
  ...['pip_index_url', 'pip_extra_index_url', 'pip_find_links', 'uv_default_index', 'uv_index', 'uv_index_url', 'uv_extra_index_url'],
  ...['uv_find_links', 'uv_python_install_mirror', 'uv_pypy_install_mirror'],
];

/** `env` is the installer's own; that of the context says where its files lie. */
export function pythonSettings(
  ask: InstallerAsk,
  hasUv: boolean,
  env: Record<string, string>,
  context: Pick<SearchContext, 'home' | 'platform' | 'env'>,
): InstallerSettings {
  const files = filesOf(context);
  const chosen = hasUv
    ? [ask.index, variable(env, 'uv_default_index', 'uv_index_url')]
    : [ask.index, variable(env, 'pip_index_url'), written(files, /^index-url$/)[0]];
  const usual = chosen.map(webAddress).find((url) => url !== undefined) ?? new URL('https://pypi.org/simple');
  // `name=https://…`, as uv lets an index be named.
  const listed = indexVariables.flatMap((name) => words(variable(env, name)).map((each) => webAddress(each.replace(/^[\w.-]+=/, ''))));
  const others = written(files, indexName).map(webAddress);
  const ofPip = hasUv ? undefined : (variable(env, 'pip_proxy') ?? lineOf(files, 'proxy'));
  const ofUv = (name: string): string | undefined => (hasUv ? lineOf(files, name) : undefined);
  return {
    registry: usual,
    // Without an index of its own uv asks the usual one beside those in its file.
    hosts: [...new Set([...hostsOf([usual, ...listed, ...others, new URL('https://pypi.org/')]), ...(hasUv ? uvPythons : [])])],
    proxy: given(
      ofPip ?? variable(env, 'https_proxy', 'all_proxy') ?? ofUv('https-proxy'),
      ofPip ?? variable(env, 'http_proxy', 'all_proxy') ?? ofUv('http-proxy'),
    ),
    noProxy: ofPip === undefined ? words(variable(env, 'no_proxy')) : [],
    ...vouching([
      ...(hasUv ? [] : [variable(env, 'pip_cert') ?? lineOf(files, 'cert'), variable(env, 'requests_ca_bundle')]),
      variable(env, 'ssl_cert_file'),
    ]),
  };
}
