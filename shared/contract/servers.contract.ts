// Taking over tool servers from elsewhere. A preview runs nothing and stores nothing.

import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { secretName, serverId } from '../model/ids.ts';
import { managedNode, nodeVersion } from '../model/managed-node.ts';
import { catalogueEntry, foundConfig, maxBundleBytes, packageUpdate, planSource, serverPlan, uploadId } from '../model/server-import.ts';
import { serverReach, serverStatus } from '../model/tool.ts';
import { call, nothing } from './base.ts';

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
  preview: call.input(planSource).output(serverPlan),
  /** A piece of a bundle that was dropped on the page; `preview` reads it when all are there. It is gone after an hour. */
  putBundle: call
    .input(
      z.object({
        upload: uploadId,
        offset: z.number().int().min(0).max(maxBundleBytes),
        data: z.base64().max(2_000_000),
      }),
    )
    .output(nothing),
  /** Stores the keys, then the servers, then starts those that are enabled. Asks outside the page where the host can. */
  apply: call.input(z.object({ token: z.string(), servers: z.array(choice).min(1).max(100) })).output(z.array(serverStatus)),

  /** The Node for tool servers: what there is, what can be fetched, and how a fetch goes. */
  watchNode: call.output(eventIterator(managedNode)),
  /** Begins to fetch what is offered, when no fetch goes on; the stream tells the rest. Asks outside the page where the host can. */
  fetchNode: call.input(z.object({ version: nodeVersion })).output(nothing),
  /** Ends a fetch; nothing of it is kept. */
  stopNode: call.output(nothing),
  removeNode: call.input(z.object({ version: nodeVersion })).output(nothing),

  /** Whether npm has a newer version of the package that a server starts from. Connects to the registry. */
  checkPackage: call.input(z.object({ id: serverId })).output(packageUpdate),
  /** To the version that `checkPackage` gave, then starts it again; tools whose definitions changed ask anew. */
  updatePackage: call.input(z.object({ id: serverId })).output(z.object({ before: z.string(), after: z.string() })),
};
