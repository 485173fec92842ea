// The environment of a server: a few names that every program needs, PATH, what was declared, and nothing else of ours.

import { delimiter } from 'node:path';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import type { Vault } from '../../../runtime/ports.ts';
import { orMissing, putInSecrets } from './put-in-secrets.ts';
import type { SearchContext } from './search-path.ts';

const kept =
  process.platform === 'win32'
    ? [
        'SystemRoot',
        'SystemDrive',
        'ComSpec',
        'PATHEXT',
        'USERPROFILE',
        'USERNAME',
        'HOMEDRIVE',
        'HOMEPATH',
        'APPDATA',
        'LOCALAPPDATA',
        'ProgramFiles',
        'ProgramData',
        'TEMP',
        'TMP',
      ]
    : ['HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];

/** What an environment begins with, before anything declared. */
export function baseEnvironment(context: SearchContext, path: readonly string[]): Record<string, string> {
  const env: Record<string, string> = { PATH: path.join(delimiter) };
  for (const name of kept) {
    const value = context.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** Throws StartError `missing-secret`. */
export async function environment(
  config: ServerConfig,
  vault: Pick<Vault, 'reveal' | 'keeper'>,
  context: SearchContext,
  path: readonly string[],
  /** Told of each secret that was put in: a key file lies in a folder until `done`. */
  handedOver?: (handed: { value: string; folder?: string; done(): void }) => void,
): Promise<Record<string, string>> {
  const env = baseEnvironment(context, path);
  for (const [name, value] of Object.entries(config.env)) {
    if ('text' in value) {
      env[name] = await putInSecrets(value.text, name, config, vault);
      continue;
    }
    env[name] = await orMissing(value.secret, name, async () => {
      const use = { field: value.field, receiver: { kind: 'server' as const, id: config.id, title: config.title } };
      if (vault.keeper === undefined) return vault.reveal(value.secret, use);
      const handed = await vault.keeper.forProcess(value.secret, use);
      handedOver?.(handed);
      return handed.value;
    });
  }
  return env;
}

const forInstallers =
  /^(https?_proxy|no_proxy|all_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|requests_ca_bundle|npm_config_\w+|uv_\w+|pip_\w+)$/i;

/** For npm, uv and pip: proxies and settings of the person, then what the server's own configuration says in plain text. */
export function installerEnvironment(
  config: Pick<ServerConfig, 'env'>,
  context: SearchContext,
  path: readonly string[],
): Record<string, string> {
  const env = baseEnvironment(context, path);
  for (const [name, value] of Object.entries(context.env)) if (value !== undefined && forInstallers.test(name)) env[name] = value;
  for (const [name, value] of Object.entries(config.env)) if ('text' in value && forInstallers.test(name)) env[name] = value.text;
  return env;
}
