// Calls about tool servers and their packages: how a person does each here.

import type { ServerId } from '../../../shared/model/ids.ts';
import { startAuthLab } from '../../helpers/auth-server.ts';
import { type Act, aResource, child, everything, file, next, running, server, to } from './kit.ts';

export const toolsActs: Record<string, Act> = {
  'tools.addServer': { do: (lab) => server(lab) },
  'tools.updateServer': to(server, (id, { page }) => page.tools.updateServer({ config: { ...child(id), title: 'Renamed' } })),
  'tools.removeServer': to(server, (id, { page }) => page.tools.removeServer({ id })),
  'tools.startServer': to(server, (id, { page }) => page.tools.startServer({ id })),
  'tools.stopServer': to(running, (id, { page }) => page.tools.stopServer({ id })),
  'tools.call': {
    do: (lab) =>
      lab.page.tools.call({ server: 'files' as ServerId, tool: 'write_text', args: { path: file(lab, 'txt'), text: 'by hand' } }),
    leaves: ['call'],
  },
  'tools.readResource': to(everything, (at, { page }) => page.tools.readResource({ server: at, uri: aResource }), { leaves: ['call'] }),
  'tools.watchResource': to(
    everything,
    async (at, { page }) => {
      for await (const _first of await page.tools.watchResource({ server: at, uri: aResource })) break;
    },
    { leaves: ['call'] },
  ),
  'tools.getPrompt': to(everything, (at, { page }) => page.tools.getPrompt({ server: at, name: 'simple-prompt' }), { leaves: ['call'] }),
  'tools.acceptChanges': to(running, (id, { page }) => page.tools.acceptChanges({ id })),
  'tools.releaseServer': to(running, (id, { page }) => page.tools.releaseServer({ id })),
  'tools.signIn': to(
    async ({ page }) => {
      const auth = await startAuthLab();
      const id = `s${next()}` as ServerId;
      await page.tools.addServer({
        config: { id, title: 'Signs in', command: '', args: [], env: {}, transport: 'http', url: auth.url, enabled: false },
      });
      return { auth, id };
    },
    async ({ auth, id }, { page }) => {
      await page.tools.signIn({ id }).finally(() => auth.close());
    },
  ),
  'tools.stopSignIn': to(server, (id, { page }) => page.tools.stopSignIn({ id })),
  'tools.signOut': to(server, (id, { page }) => page.tools.signOut({ id })),

  'servers.apply': to(
    ({ page }) => page.servers.preview({ kind: 'text', text: `${process.execPath} electron/adapters/mcp/hostile-server.fixture.mjs good` }),
    ({ token, servers }, { page }) => {
      const [first] = servers;
      if (token === undefined || first === undefined) throw new Error('Nothing was planned.');
      return page.servers.apply({
        token,
        servers: [{ key: first.key, id: `s${next()}` as ServerId, title: 'Taken over', enabled: false }],
      });
    },
  ),
  'servers.fetchNode': { do: ({ page }) => page.servers.fetchNode({ version: '1.2.3' }), mayFail: 'No such Node is offered.' },
  'servers.stopNode': { do: ({ page }) => page.servers.stopNode() },
  'servers.removeNode': { do: ({ page }) => page.servers.removeNode({ version: '1.2.3' }), mayFail: 'No such Node is kept.' },
  'servers.checkPackage': { do: async () => undefined, elsewhere: 'electron/runtime/servers/package-updates.test.ts' },
  'servers.updatePackage': { do: async () => undefined, elsewhere: 'electron/runtime/servers/package-updates.test.ts' },
};
