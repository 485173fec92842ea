// Gathers the palette's entries: commands from the one list, and what the host has. The host is asked again as the text changes.

import { useEffect, useState } from 'react';
import type { AppError } from '../../shared/errors.ts';
import type { Agent } from '../../shared/model/agent.ts';
import { type CommandId, commands } from '../../shared/model/commands.ts';
import { client, useCall } from '../api/index.ts';
import { settingsPages } from '../features/settings/index.ts';
import { getT, useT } from '../strings/index.ts';
import { offeredKeys } from '../ui/keys.ts';
import { navigate, routes } from './navigate.ts';
import type { PaletteEntry } from './palette-entries.ts';
import { iconOfCommand } from './place-icons.ts';
import { canRun, runCommand } from './run-command.ts';

function commandEntries(): PaletteEntry[] {
  return (Object.keys(commands) as CommandId[])
    .filter((id) => id !== 'palette.open' && canRun(id))
    .map((id) => {
      const spec: { label: string; keys?: string; group: string } = commands[id];
      const isPlace = spec.group === 'Go to';
      return {
        id: `command:${id}`,
        group: isPlace ? 'goto' : 'commands',
        icon: isPlace ? iconOfCommand(id) : spec.group === 'Create' ? 'plus' : 'command',
        title: spec.label,
        keys: offeredKeys(spec.keys),
        words: spec.group,
        run: () => runCommand(id),
      };
    });
}

export async function askAgent(agent: Pick<Agent, 'id'>, text: string): Promise<void> {
  const { id } = await client.chat.create({ agent: agent.id });
  await client.chat.send({ id, text });
  navigate(routes.chat(id));
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 120);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

function useFixed(): { entries: PaletteEntry[]; agents: readonly Agent[]; error: AppError | undefined } {
  const t = useT('shell');
  const workflows = useCall((signal) => client.workflows.list({ query: '' }, { signal }), []);
  const agents = useCall((signal) => client.agents.list(undefined, { signal }), []);
  const tools = useCall((signal) => client.tools.listTools({}, { signal }), []);
  const st = getT('settings');
  const entries: PaletteEntry[] = [
    ...commandEntries(),
    ...(workflows.data ?? []).map((workflow) => ({
      id: `workflow:${workflow.id}`,
      group: 'workflows' as const,
      icon: 'workflow',
      title: workflow.name,
      text: t('palette.workflowNodes', { count: workflow.nodeCount }),
      words: workflow.description,
      run: () => navigate(routes.workflows(workflow.id)),
    })),
    ...settingsPages.map((page) => ({
      id: `settings:${page.id}`,
      group: 'goto' as const,
      icon: page.icon,
      title: st(`pages.${page.id}`),
      text: t('palette.settingsText'),
      words: page.words,
      run: () => navigate(routes.settings(page.id)),
    })),
    ...(agents.data ?? []).map((agent) => ({
      id: `agent:${agent.id}`,
      group: 'find' as const,
      icon: 'bot',
      title: agent.name,
      text: t('palette.agentText'),
      run: () => navigate(routes.agents(agent.id)),
    })),
    ...(tools.data ?? []).map((tool) => ({
      id: `tool:${tool.server}.${tool.name}`,
      group: 'find' as const,
      icon: 'wrench',
      title: `${tool.server}.${tool.name}`,
      text: t('palette.toolText', { server: tool.server }),
      words: `${tool.title} ${tool.description}`.slice(0, 300),
      run: () => navigate(routes.tools(tool.server)),
    })),
  ];
  return { entries, agents: agents.data ?? [], error: workflows.error };
}

export function usePaletteEntries(query: string): { entries: PaletteEntry[]; agents: readonly Agent[]; error: AppError | undefined } {
  const t = useT('shell');
  const text = query.trim();
  const asked = useSettled(text);
  const fixed = useFixed();
  const chats = useCall((signal) => client.chat.list({ query: asked.slice(0, 200), limit: 6 }, { signal }), [asked]);
  const memory = useCall(
    (signal) => (asked === '' ? Promise.resolve([]) : client.memory.search({ query: asked.slice(0, 1000), limit: 5 }, { signal })),
    [asked],
  );
  const isFresh = asked === text;
  const ask: PaletteEntry[] =
    text === ''
      ? []
      : fixed.agents.slice(0, 3).map((agent) => ({
          id: `ask:${agent.id}`,
          group: 'ask',
          icon: 'bot',
          title: t('palette.ask', { agent: agent.name }),
          text: `“${text}”`,
          run: () => askAgent(agent, text),
        }));
  const found: PaletteEntry[] = [
    ...(chats.data ?? []).map((chat) => ({
      id: `chat:${chat.id}`,
      group: 'find' as const,
      icon: 'message-square',
      title: chat.title,
      text: t('palette.conversationText', { agent: chat.agentName }),
      isFound: isFresh,
      run: () => navigate(routes.chat(chat.id)),
    })),
    ...(memory.data ?? []).map((item) => ({
      id: `memory:${item.id}`,
      group: 'find' as const,
      icon: 'brain',
      title: item.text.split('\n')[0] ?? '',
      text: t('palette.memoryText'),
      isFound: isFresh,
      run: () => navigate(routes.memory(item.id)),
    })),
  ];
  // With no text only what one can do is offered, and the newest conversations.
  const fixedNow = text === '' ? fixed.entries.filter((entry) => entry.group !== 'find') : fixed.entries;
  return { entries: [...fixedNow, ...ask, ...found], agents: fixed.agents, error: fixed.error };
}
