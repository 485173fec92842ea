import { type ReactNode, useEffect, useRef } from 'react';
import { useT } from '../strings/index.ts';
import { formatAgo, Icon, Kbd } from '../ui/index.ts';
import type { QuickGroup, QuickResult } from './results.ts';

interface Props {
  groups: readonly QuickGroup[];
  selected: number;
  onChoose: (index: number) => void;
  onAct: (result: QuickResult) => void;
}

export function ResultList({ groups, selected, onChoose, onAct }: Props): ReactNode {
  const t = useT('quick');
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`#quick-${selected}`)?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  let index = -1;
  return (
    <div ref={list} id="quick-results" role="listbox" aria-label={t('results')} tabIndex={-1}>
      {groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: groups of a listbox have no element of their own
        <div key={group.heading} role="group" aria-label={t(`heading.${group.heading}`)}>
          <div className="quick-heading" aria-hidden>
            {t(`heading.${group.heading}`)}
          </div>
          {group.results.map((result) => {
            index += 1;
            const own = index;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's
              <div
                key={result.key}
                id={`quick-${own}`}
                role="option"
                tabIndex={-1}
                aria-selected={own === selected}
                className="quick-row"
                onPointerMove={() => onChoose(own)}
                onClick={() => onAct(result)}
              >
                <Line result={result} />
                {own === selected ? <Kbd keys="Enter" /> : result.kind === 'ask' ? <Kbd keys="CommandOrControl+Enter" /> : null}
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}

function Line({ result }: { result: QuickResult }): ReactNode {
  const t = useT('quick');
  switch (result.kind) {
    case 'run': {
      const { workflow } = result;
      const last = workflow.lastRun === undefined ? '' : ` · ${t('lastRun', { when: formatAgo(workflow.lastRun.at, Date.now()) })}`;
      return <Words hue="tool" icon="workflow" title={workflow.name} text={`${t('workflow', { count: workflow.nodeCount })}${last}`} />;
    }
    case 'ask':
      return <Words hue="model" icon="bot" title={t('ask', { name: result.agent.name })} text={`“${result.text}”`} />;
    case 'memory':
      return (
        <Words hue="mem" icon="brain" title={`“${result.hit.text}”`} text={[t('memory'), ...result.hit.tags.slice(0, 2)].join(' · ')} />
      );
    case 'chat':
      return (
        <Words
          hue="data"
          icon="message-square"
          title={result.chat.title}
          text={`${t('chat')} · ${result.chat.agentName} · ${formatAgo(result.chat.updatedAt, Date.now())}`}
        />
      );
    case 'go':
      return <Words hue="flow" icon={result.icon} title={result.label} text={t('page')} />;
    default:
      return null;
  }
}

function Words({ hue, icon, title, text }: { hue: string; icon: string; title: string; text: string }): ReactNode {
  return (
    <>
      <span className="quick-tile" data-hue={hue}>
        <Icon name={icon} size={15} />
      </span>
      <span className="quick-title">{title}</span>
      <span className="quick-text">{text}</span>
    </>
  );
}
