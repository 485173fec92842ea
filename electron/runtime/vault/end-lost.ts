// A tool server is given its secrets as it starts, and its process has them from then on. When a secret is deleted, or its rules no longer
// let a server have it, that is ended and started again at once: without the secret it says why it does not start.

import type { SecretName } from '../../../shared/model/ids.ts';
import { secretHandle } from '../../../shared/model/secret-handle.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { noFacts, type SecretFacts, type SecretField, secretField } from '../../../shared/model/vault.ts';
import { maySend } from '../../../shared/model/vault-rules.ts';
import type { Log, Ports } from '../ports.ts';

interface Rules {
  name: SecretName;
  kind: Parameters<typeof maySend>[0]['kind'];
  before: SecretFacts | undefined;
  after: SecretFacts;
}

type ServerPorts = Pick<Ports, 'store' | 'tools'>;

/** Tool servers that run and were given it. */
export function serversThatHold({ store, tools }: ServerPorts, name: SecretName): ServerConfig[] {
  const running = new Set(
    tools
      .servers()
      .filter(({ state }) => state === 'ready' || state === 'starting')
      .map(({ id }) => id as string),
  );
  return store.servers.list().filter((config) => running.has(config.id) && fieldsGiven(config, name).length > 0);
}

/** Those of them that may no longer have it. */
export function serversThatLost(ports: ServerPorts, { name, kind, before, after }: Rules): ServerConfig[] {
  return serversThatHold(ports, name).filter((config) => {
    const receiver = { kind: 'server' as const, id: config.id, title: config.title };
    const host = config.url !== undefined && URL.canParse(config.url) ? new URL(config.url).hostname : undefined;
    // At no time: that it expires is no one's taking back, and may be long ago.
    const mayHave = (facts: SecretFacts, field: SecretField | undefined): boolean =>
      maySend({ name, kind, facts: { ...facts, useExpired: true } }, { receiver, host, field }, 0).allowed;
    return fieldsGiven(config, name).some((field) => mayHave(before ?? noFacts, field) && !mayHave(after, field));
  });
}

/** Never throws: what went wrong is the server's status. */
export const endLost = (ports: ServerPorts, rules: Rules, log: Pick<Log, 'info' | 'warn'>): Promise<void> =>
  startAgain(ports, serversThatLost(ports, rules), rules.name, log);

/** After it was deleted. Never throws either. */
export const endHolders = (ports: ServerPorts, name: SecretName, log: Pick<Log, 'info' | 'warn'>): Promise<void> =>
  startAgain(ports, serversThatHold(ports, name), name, log);

async function startAgain(
  { store, tools }: ServerPorts,
  servers: readonly ServerConfig[],
  secret: SecretName,
  log: Pick<Log, 'info' | 'warn'>,
): Promise<void> {
  for (const config of servers) {
    log.info('A tool server is started again: it may no longer have a secret', { server: config.id, secret });
    try {
      await tools.stop(config.id);
    } catch (error) {
      log.warn('A tool server could not be ended', { server: config.id, error: String(error) });
    }
    // As it is now: a person may have changed it, turned it off or removed it while it ended.
    const now = store.servers.list().find(({ id }) => id === config.id);
    if (now === undefined || (config.enabled && !now.enabled)) continue;
    // Nobody waits for its start, which can take long.
    tools.start(now).catch((error: unknown) => log.warn('A tool server did not start again', { server: config.id, error: String(error) }));
  }
}

/** Fields of it that the configuration names; `undefined` is its main one. */
function fieldsGiven({ env, headers, ...config }: ServerConfig, name: SecretName): (SecretField | undefined)[] {
  const { clientSecret, privateKey } = config.oauth ?? {};
  const toSignIn = [clientSecret, privateKey].flatMap((each) => (each === name ? [undefined] : []));
  const named = [...Object.values(env), ...Object.values(headers ?? {})].flatMap((value) =>
    'secret' in value && value.secret === name ? [value.field] : [],
  );
  const text = JSON.stringify({ env, headers, ...config });
  const inTexts = [...text.matchAll(secretHandle)].flatMap(([, of, field]) => (of === name ? [secretField.safeParse(field).data] : []));
  return [...named, ...toSignIn, ...inTexts];
}
