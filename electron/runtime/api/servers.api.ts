// Taking over tool servers from elsewhere. A preview stores and starts nothing; what is applied is asked outside the page where the
// host can.

import { AppError, toAppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { FoundConfig, PlanSource, ServerPlan } from '../../../shared/model/server-import.ts';
import type { ServerConfig } from '../../../shared/model/tool.ts';
import { confirmed, nodeProposal, serverProposal } from '../policy/proposals.ts';
import type { Ports } from '../ports.ts';
import { foreignCommandLine, foreignPackage, planCatalogueItem } from '../servers/from-catalogue.ts';
import { createServerInstall } from '../servers/install.ts';
import { createNodeFetch } from '../servers/node-fetch.ts';
import { createPackageUpdates } from '../servers/package-updates.ts';
import { planBundle } from '../servers/plan-bundle.ts';
import { readServerConfig } from '../servers/read-server-config.ts';
import { api } from './base.ts';
import { keepServer, programsOf } from './tools.api.ts';

type ServersApiPorts = Pick<
  Ports,
  'store' | 'vault' | 'tools' | 'ids' | 'clock' | 'log' | 'programs' | 'catalogue' | 'bundles' | 'nodes' | 'packages'
>;

export function serversApi({ ports }: { ports: ServersApiPorts }) {
  const install = createServerInstall(ports);
  const nodeFetch = createNodeFetch(ports);
  const updates = createPackageUpdates(ports);

  /** Says of a plan what its servers read by themselves, and whether this machine lacks what they are run by. */
  const withNeeds = async (plan: ServerPlan): Promise<ServerPlan> => {
    const servers = await Promise.all(
      plan.servers.map(async (each) => {
        if (each.problem !== undefined) return each;
        const programs = await programsOf(ports.tools, each.config);
        return programs.own.length + programs.path.length === 0 ? each : { ...each, programs };
      }),
    );
    for (const { config, problem } of servers)
      if (problem === undefined && (await ports.nodes.lacks(config))) return { ...plan, servers, lacksNode: true };
    return { ...plan, servers };
  };
  const stored = (id: ServerId): ServerConfig => {
    const config = ports.store.servers.list().find((each) => each.id === id);
    if (config === undefined) throw new AppError('server-not-found', `There is no tool server “${id}”.`, { hint: 'Reload the list.' });
    return config;
  };
  const never = new AbortController().signal;

  const look = (program: string, path: string): FoundConfig => {
    try {
      return { program, path, servers: readServerConfig(ports.programs.read(path).text).servers.length };
    } catch (error) {
      const known = toAppError(error);
      return known.code === 'config-without-servers' ? { program, path, servers: 0 } : { program, path, error: known.message };
    }
  };

  const inUse = (): string[] => ports.store.servers.list().map((each) => JSON.stringify(each));
  const bundlePlan = ({ manifest, place }: Awaited<ReturnType<Ports['bundles']['read']>>): ServerPlan =>
    install.hold([planBundle(manifest, place, ports.store.servers.list())], place.ref, []);
  const planOf = async (input: PlanSource, signal: AbortSignal | undefined): Promise<ServerPlan> => {
    switch (input.kind) {
      case 'text': {
        const isJson = /^\s*(\{|\[|"|\/[/*])/.test(input.text);
        const foreign = isJson ? readServerConfig(input.text) : foreignCommandLine(input.text);
        const { from } = input;
        const ref = from?.slice(0, 1000) ?? 'pasted';
        return install.plan(foreign, from ?? (isJson ? 'what you pasted' : 'the command you pasted'), { kind: 'import', ref });
      }
      case 'found': {
        const { program, text } = ports.programs.read(input.path);
        return install.plan(readServerConfig(text), program, { kind: 'import', ref: input.path });
      }
      case 'npm':
        return install.plan(foreignPackage(input.name), `the package ${input.name}`, { kind: 'npm', ref: input.name });
      case 'bundle':
        return bundlePlan(await ports.bundles.read(input.path, signal ?? never, inUse()));
      case 'upload':
        return bundlePlan(await ports.bundles.uploaded(input.upload, input.name, signal ?? never, inUse()));
      case 'catalogue': {
        const item = ports.catalogue().find((each) => each.id === input.id);
        if (item === undefined)
          throw new AppError('catalogue-entry-not-found', `“${input.id}” is not in the catalogue.`, { hint: 'Reload the list.' });
        return install.hold([planCatalogueItem(item, ports.store.servers.list())], 'the catalogue', []);
      }
    }
  };

  return {
    listFound: api.servers.listFound.handler(() =>
      ports.programs
        .list()
        .map(({ program, path }) => look(program, path))
        .filter((each) => each.servers !== 0),
    ),
    catalogue: api.servers.catalogue.handler(() => {
      const stored = ports.store.servers.list();
      return ports.catalogue().map(({ server: _server, questions: _questions, ...item }) => ({
        ...item,
        isInstalled: stored.some(
          (each) => each.source?.kind === 'catalogue' && (each.source.ref === item.id || each.source.ref.startsWith(`${item.package}@`)),
        ),
      }));
    }),
    preview: api.servers.preview.handler(async ({ input, signal }) => withNeeds(await planOf(input, signal))),
    apply: api.servers.apply.handler(async ({ input, context }) => {
      const configs = install.resolve(input.token, input.servers);
      const taken = configs.find(
        (config, at) =>
          ports.store.servers.list().some((each) => each.id === config.id) ||
          ports.tools.servers().some((each) => each.id === config.id) ||
          configs.findIndex((each) => each.id === config.id) < at,
      );
      if (taken !== undefined)
        throw new AppError('server-exists', `There is already a tool server “${taken.id}”.`, {
          hint: 'Choose another name.',
          place: taken.id,
        });
      for (const config of configs)
        await confirmed(
          context.consent,
          serverProposal(config, undefined, ports.tools.containment?.available, await programsOf(ports.tools, config)),
        );
      const kept = await install.storeKeys(input.token, input.servers);
      return Promise.all(kept.map((config) => keepServer(ports, config)));
    }),
    putBundle: api.servers.putBundle.handler(({ input }) => ports.bundles.put(input.upload, input.offset, input.data)),
    watchNode: api.servers.watchNode.handler(({ signal }) => nodeFetch.watch(signal)),
    fetchNode: api.servers.fetchNode.handler(async ({ input, context }) => {
      const offer = ports.nodes.offer();
      if (offer !== undefined && offer.version === input.version) await confirmed(context.consent, nodeProposal(offer));
      nodeFetch.begin(input.version);
    }),
    stopNode: api.servers.stopNode.handler(() => nodeFetch.stop()),
    removeNode: api.servers.removeNode.handler(({ input }) => nodeFetch.remove(input.version)),
    checkPackage: api.servers.checkPackage.handler(({ input, signal }) => updates.check(stored(input.id), signal ?? never)),
    updatePackage: api.servers.updatePackage.handler(({ input, signal, context }) =>
      updates.update(stored(input.id), context.consent, signal ?? never),
    ),
  };
}
