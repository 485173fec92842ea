import type { ReactNode } from 'react';
import type { Agent } from '../../../shared/model/agent.ts';
import { useT } from '../../strings/index.ts';
import { Icon, Menu, MenuItem, MenuLabel } from '../../ui/index.ts';

interface Props {
  agents: readonly Agent[];
  agent: Agent | undefined;
  name: string;
  disabled: boolean;
  onPick: (agent: Agent) => void;
}

/** Which agent answers. */
export function AgentPicker({ agents, agent, name, disabled, onPick }: Props): ReactNode {
  const t = useT('chat');
  return (
    <Menu
      align="start"
      side="top"
      trigger={
        <button type="button" className="chat-agent" disabled={disabled} aria-label={t('pickAgent', { name })}>
          <Icon name="bot" size={15} />
          <span>{name}</span>
        </button>
      }
    >
      <MenuLabel>{t('whoAnswers')}</MenuLabel>
      {agents.map((each) => (
        <MenuItem key={each.id} icon="bot" checked={each.id === agent?.id} onSelect={() => onPick(each)}>
          {each.name}
        </MenuItem>
      ))}
    </Menu>
  );
}
