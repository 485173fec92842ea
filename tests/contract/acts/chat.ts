// Calls about conversations, agents, models and memory, and what only the host does: how a person does each here.

import { type Act, agent, chat, drain, everything, idle, memory, provider, talked, to } from './kit.ts';

export const chatActs: Record<string, Act> = {
  'chat.create': { do: chat },
  'chat.rename': to(chat, ({ id }, { page }) => page.chat.rename({ id, title: 'Another title' })),
  'chat.setAgent': to(
    async (lab) => ({ id: (await chat(lab)).id, agent: (await agent(lab)).id }),
    (both, { page }) => page.chat.setAgent(both),
  ),
  'chat.remove': to(chat, ({ id }, { page }) => page.chat.remove({ id })),
  'chat.attach': to(everything, (at, { page }) => page.chat.attach({ server: at, source: { kind: 'prompt', name: 'simple-prompt' } }), {
    leaves: ['call'],
  }),
  'chat.send': { do: talked },
  'chat.stop': to(chat, ({ id }, { page }) => page.chat.stop({ id })),
  'chat.retry': to(talked, async ({ id }, lab) => {
    await lab.page.chat.retry({ id });
    await idle(lab, id);
  }),
  'chat.editAndResend': to(talked, async ({ id, message }, lab) => {
    await lab.page.chat.editAndResend({ id, message, text: 'Hello again' });
    await idle(lab, id);
  }),

  'agents.create': { do: agent },
  'agents.update': to(agent, ({ id, createdAt: _c, updatedAt: _u, ...draft }, { page }) =>
    page.agents.update({ id, draft: { ...draft, character: 'Calm.' } }),
  ),
  'agents.remove': to(agent, ({ id }, { page }) => page.agents.remove({ id })),

  'models.testProvider': { do: (lab) => lab.page.models.testProvider(provider(lab)), leaves: ['connection'], by: 'app' },
  'models.saveProvider': { do: (lab) => lab.page.models.saveProvider(provider(lab)) },
  'models.removeProvider': to(
    async (lab) => {
      const given = provider(lab);
      await lab.page.models.saveProvider(given);
      return given.config.id;
    },
    (id, { page }) => page.models.removeProvider({ id }),
  ),
  'models.pull': { do: ({ page }) => drain(page.models.pull({ provider: 'ollama', model: 'new:1b' })) },
  'models.removeModel': { do: ({ page }) => page.models.removeModel({ provider: 'ollama', model: 'old:1b' }) },

  'memory.add': { do: memory },
  'memory.edit': to(memory, ({ id }, { page }) => page.memory.edit({ id, draft: { text: 'Another fact', tags: [] } })),
  'memory.forget': to(memory, ({ id }, { page }) => page.memory.forget({ id })),

  'settings.change': { do: ({ page }) => page.settings.change({ theme: 'dark', keepRunsDays: 77 }) },
  'shell.openLink': { do: ({ page }) => page.shell.openLink({ url: 'https://a.example/page' }), mayFail: 'There is no desktop.' },
  'shell.openTerminal': {
    do: async ({ page }) => {
      const { id } = await page.shell.openTerminal({ cols: 80, rows: 24 });
      await page.shell.closeTerminal({ id });
    },
    mayFail: 'No terminal can be opened here.',
  },
};
