// Puts secrets in place of the handles in a text of a server's configuration, at its start. What comes out must not be kept, shown
// or logged.

import { secretName } from '../../../../shared/model/ids.ts';
import { secretHandle } from '../../../../shared/model/secret-handle.ts';
import type { ServerConfig } from '../../../../shared/model/tool.ts';
import { secretField } from '../../../../shared/model/vault.ts';
import type { Vault } from '../../../runtime/ports.ts';
import { StartError } from './start-error.ts';

/** Throws StartError `missing-secret`. `host`: where it will be sent, when that is known. */
export async function putInSecrets(
  text: string,
  place: string,
  server: Pick<ServerConfig, 'id' | 'title'>,
  vault: Pick<Vault, 'reveal'>,
  host?: string,
): Promise<string> {
  const values = new Map<string, string>();
  for (const [handle, name = '', given] of text.matchAll(secretHandle)) {
    const field = secretField.optional().safeParse(given);
    if (!field.success) continue;
    const use = {
      field: field.data,
      receiver: { kind: 'server' as const, id: server.id, title: server.title },
      ...(host === undefined ? {} : { host }),
    };
    values.set(handle, await orMissing(name, place, () => vault.reveal(secretName.parse(name), use)));
  }
  // A function, so that `$&` in a secret is not taken for a pattern.
  return values.size === 0 ? text : text.replace(secretHandle, (handle) => values.get(handle) ?? handle);
}

/** Throws StartError `missing-secret` when the secret cannot be read. */
export async function orMissing(secret: string, place: string, read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    throw new StartError(
      'missing-secret',
      `The secret “${secret}” for ${place} could not be read: ${error instanceof Error ? error.message : String(error)}`,
      (error as { hint?: string }).hint ?? 'Store it in the vault under that name, then start the server again.',
    );
  }
}
