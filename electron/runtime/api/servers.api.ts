// Taking over tool servers from elsewhere. A preview stores and starts nothing; what is applied is asked outside the page where the
// host can.

import { AppError, toAppError } from '../../../shared/errors.ts';
import type { FoundConfig } from '../../../shared/model/server-import.ts';
import { confirmed, serverProposal } from '../policy/proposals.ts';
import type { Ports } from '../ports.ts';
import { foreignCommandLine, foreignPackage, planCatalogueItem } from '../servers/from-catalogue.ts';
import { createServerInstall } from '../servers/install.ts';
import { planBundle } from '../servers/plan-bundle.ts';
import { readServerConfig } from '../servers/read-server-config.ts';
import { api } from './base.ts';
import { keepServer } from './tools.api.ts';

type ServersApiPorts = Pick<Ports, 'store' | 'vault' | 'tools' | 'ids' | 'clock' | 'programs' | 'catalogue' | 'bundles'>;

export function serversApi({ ports }: { ports: ServersApiPorts }) {
  const install = createServerInstall(ports);

  const look = (program: string, path: string): FoundConfig => {
    try {
      return { program, path, servers: readServerConfig(ports.programs.read(path).text).servers.length };
    } catch (error) {
      const known = toAppError(error);
      return known.code === 'config-without-servers' ? { program, path, servers: 0 } : { program, path, error: known.message };
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
    preview: api.servers.preview.handler(async ({ input, signal }) => {
      switch (input.kind) {
        case 'text': {
          const isJson = /^\s*(\{|\[|"|\/[/*])/.test(input.text);
          const foreign = isJson ? readServerConfig(input.text) : foreignCommandLine(input.text);
          return install.plan(foreign, isJson ? 'what you pasted' : 'the command you pasted', { kind: 'import', ref: 'pasted' });
        }
        case 'found': {
          const { program, text } = ports.programs.read(input.path);
          return install.plan(readServerConfig(text), program, { kind: 'import', ref: input.path });
        }
        case 'npm':
          return install.plan(foreignPackage(input.name), `the package ${input.name}`, { kind: 'npm', ref: input.name });
        case 'bundle': {
          const stored = ports.store.servers.list();
          const { manifest, place } = await ports.bundles.read(
            input.path,
            signal ?? new AbortController().signal,
            stored.map((each) => JSON.stringify(each)),
          );
          return install.hold([planBundle(manifest, place, stored)], place.ref, []);
        }
        case 'catalogue': {
          const item = ports.catalogue().find((each) => each.id === input.id);
          if (item === undefined)
            throw new AppError('catalogue-entry-not-found', `“${input.id}” is not in the catalogue.`, { hint: 'Reload the list.' });
          return install.hold([planCatalogueItem(item, ports.store.servers.list())], 'the catalogue', []);
        }
      }
    }),
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
      for (const config of configs) await confirmed(context.consent, serverProposal(config, undefined, ports.tools.containment?.available));
      const kept = await install.storeKeys(input.token, input.servers);
      return Promise.all(kept.map((config) => keepServer(ports, config)));
    }),
  };
}
