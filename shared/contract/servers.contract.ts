// Taking over tool servers from elsewhere. A preview runs nothing and stores nothing.

import { z } from 'zod';
import { secretName, serverId } from '../model/ids.ts';
import { catalogueEntry, foundConfig, serverPlan } from '../model/server-import.ts';
import { serverReach, serverStatus } from '../model/tool.ts';
import { call } from './base.ts';

const choice = z.object({
  key: z.string(),
  id: serverId,
  title: z.string().min(1).max(80),
  reach: serverReach.optional(),
  enabled: z.boolean().default(true),
  /** By question id. Answers to secret questions go into the vault and nowhere else. */
  answers: z.record(z.string(), z.string().max(65_536)).default({}),
  /** By the name in the plan: under which name a found key is stored. */
  secretNames: z.record(z.string(), secretName).default({}),
});

export const serversContract = {
  /** Configurations of other programs on this machine. */
  listFound: call.output(z.array(foundConfig)),
  catalogue: call.output(z.array(catalogueEntry)),
  preview: call
    .input(
      z.discriminatedUnion('kind', [
        /** Pasted: JSON of any of the known forms, or a command line. */
        z.object({ kind: z.literal('text'), text: z.string().min(1).max(1_000_000) }),
        /** One of `listFound`. */
        z.object({ kind: z.literal('found'), path: z.string().max(4096) }),
        z.object({ kind: z.literal('npm'), name: z.string().min(1).max(300) }),
        z.object({ kind: z.literal('bundle'), path: z.string().max(4096) }),
        z.object({ kind: z.literal('catalogue'), id: z.string().max(100) }),
      ]),
    )
    .output(serverPlan),
  /** Stores the keys, then the servers, then starts those that are enabled. Asks outside the page where the host can. */
  apply: call.input(z.object({ token: z.string(), servers: z.array(choice).min(1).max(100) })).output(z.array(serverStatus)),
};
