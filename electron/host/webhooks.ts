// Where webhooks listen and what their secret addresses are. A token follows from a secret in the data folder, so that it can be
// shown again and is written down nowhere; jobs keep only its hash. Not the pages' secret: a new address for pages must not
// silence what other programs call.

import { createHmac } from 'node:crypto';
import { readPageSecret } from '../headless/page-secret.ts';
import type { Webhooks } from '../runtime/ports.ts';

export interface HostWebhooks extends Webhooks {
  /** Said by the host once it serves HTTP. */
  setOrigin(origin: string | undefined): void;
}

export function createWebhooks(folder: string): HostWebhooks {
  let origin: string | undefined;
  let secret: string | undefined;
  return {
    origin: () => origin,
    setOrigin(now) {
      origin = now;
    },
    tokenOf(job, renewal) {
      secret ??= readPageSecret(folder, { renew: false, file: 'hook-secret' });
      return createHmac('sha256', secret).update(`hook ${job} ${renewal}`).digest('base64url');
    },
  };
}
