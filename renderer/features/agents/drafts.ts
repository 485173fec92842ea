// Edits that are not saved yet, by agent (`new` for one that is not there yet). They outlive a look at another page.

import { create } from 'zustand';
import { type Agent, type AgentDraft, agentDraft } from '../../../shared/model/agent.ts';

export const NEW = 'new';

export const useDrafts = create<{ drafts: Readonly<Record<string, AgentDraft>> }>()(() => ({ drafts: {} }));

export const setDraft = (id: string, draft: AgentDraft): void =>
  useDrafts.setState(({ drafts }) => ({ drafts: { ...drafts, [id]: draft } }));

export const dropDraft = (id: string): void =>
  useDrafts.setState(({ drafts }) => ({ drafts: Object.fromEntries(Object.entries(drafts).filter(([key]) => key !== id)) }));

export const draftOf = (agent: Agent): AgentDraft => {
  const { id: _id, createdAt: _created, updatedAt: _updated, ...draft } = agent;
  return draft;
};

/** Offered the built-in tools that do not reach out of this machine. */
export const emptyDraft = (): AgentDraft => ({ ...agentDraft.parse({ name: 'x' }), name: '', tools: ['files.*', 'memory.*'] });
