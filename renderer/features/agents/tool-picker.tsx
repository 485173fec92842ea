import type { AgentDraft } from '../../../shared/model/agent.ts';
import type { ServerStatus, ToolInfo } from '../../../shared/model/tool.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Checkbox, Collapse, ErrorNote, Select, SkeletonRows, StateDot } from '../../ui/index.ts';
import { countOffered, type Effect, effectOf, hasAll, isOffered, pickAll, pickTool, withEffect } from './tool-choice.ts';

export interface ToolPickerProps {
  draft: Pick<AgentDraft, 'tools' | 'grant'>;
  onChange(change: Partial<Pick<AgentDraft, 'tools' | 'grant'>>): void;
  /** Without: ticking is all there is to say, e.g. in a job's grant, where a tick means "without asking". */
  hasEffects?: boolean;
}

function EffectSelect({ draft, server, tool, label, onChange }: ToolPickerProps & { server: string; tool: string; label: string }) {
  const t = useT('agents');
  return (
    <Select<Effect>
      aria-label={t('effectFor', { tool: label })}
      className="w-34 shrink-0 border-transparent bg-transparent text-ink-2 text-sm"
      value={effectOf(draft.grant, server, tool)}
      onChange={(effect) => onChange({ grant: withEffect(draft.grant, server, tool, effect) })}
      options={[
        { value: 'ask', label: t('effect.ask') },
        { value: 'allow', label: t('effect.allow') },
        { value: 'deny', label: t('effect.deny') },
      ]}
    />
  );
}

function ServerTools({
  server,
  tools,
  draft,
  onChange,
  hasEffects = true,
}: ToolPickerProps & { server: Pick<ServerStatus, 'id' | 'title' | 'state' | 'isAsleep'>; tools: readonly ToolInfo[] }) {
  const t = useT('agents');
  const known = tools.map((tool) => tool.name);
  const picked = countOffered(draft.tools, server.id, known);
  const isAll = hasAll(draft.tools, server.id);
  // One that sleeps starts when it is called.
  const isReady = server.state === 'ready' || server.isAsleep === true;
  return (
    <Collapse
      className="border-line border-b py-0.5"
      title={
        <span className="flex items-center gap-2">
          <StateDot tone={server.state === 'ready' ? 'ok' : 'neutral'} />
          <span className="font-medium text-ink">{server.title}</span>
          <span className="font-mono text-ink-3 text-sm">{server.id}</span>
        </span>
      }
      meta={isAll ? t('toolsAll') : isReady ? t('toolsCount', { picked, total: known.length }) : t('notReady')}
    >
      <div className="flex flex-col pb-2 pl-5">
        {isReady ? null : <p className="m-0 pb-1 text-ink-3 text-sm">{t('serverAway')}</p>}
        <div className="flex min-h-[30px] items-center gap-2">
          <Checkbox
            className="flex-1"
            label={t('allOf', { server: server.title })}
            checked={isAll}
            indeterminate={!isAll && picked > 0}
            onChange={(isOn) => onChange({ tools: pickAll(draft.tools, server.id, isOn) })}
          />
          {isAll && hasEffects ? <EffectSelect draft={draft} server={server.id} tool="*" label={server.title} onChange={onChange} /> : null}
        </div>
        {tools.map((tool) => {
          const isOn = isOffered(draft.tools, server.id, tool.name);
          return (
            <div key={tool.name} className="flex min-h-[30px] items-center gap-2">
              <Checkbox
                className="min-w-0 flex-1"
                checked={isOn}
                onChange={(next) => onChange({ tools: pickTool(draft.tools, server.id, tool.name, next, known) })}
                label={
                  <span className="flex min-w-0 items-baseline gap-2">
                    <span className="shrink-0 font-mono text-sm">{tool.name}</span>
                    <span className="min-w-0 truncate text-ink-3 text-sm" title={tool.description}>
                      {tool.readOnly ? `${t('readOnly')} · ` : tool.destructive ? `${t('destructive')} · ` : ''}
                      {tool.description.split('\n')[0]}
                    </span>
                  </span>
                }
              />
              {isOn && hasEffects ? (
                <EffectSelect draft={draft} server={server.id} tool={tool.name} label={tool.name} onChange={onChange} />
              ) : null}
            </div>
          );
        })}
      </div>
    </Collapse>
  );
}

export function ToolPicker({ draft, onChange, hasEffects = true }: ToolPickerProps) {
  const t = useT('agents');
  const call = useCall(async (signal) => {
    const [servers, tools] = await Promise.all([client.tools.listServers(undefined, { signal }), client.tools.listTools({}, { signal })]);
    return { servers, tools };
  }, []);
  if (call.data === undefined) return call.error === undefined ? <SkeletonRows count={4} /> : <ErrorNote error={call.error} />;
  const { servers, tools } = call.data;
  // Servers that an agent names but that are not set up any more keep their line, so that the choice can be taken back.
  const known = new Set<string>(servers.map(({ id }) => id));
  const lost = [...new Set(draft.tools.map((entry) => entry.slice(0, entry.indexOf('.'))))].filter((id) => id !== '' && !known.has(id));
  if (servers.length === 0 && lost.length === 0) return <p className="m-0 text-ink-2">{t('noTools')}</p>;
  return (
    <div className="border-line border-t">
      {servers.map((server) => (
        <ServerTools
          key={server.id}
          server={server}
          tools={tools.filter((tool) => tool.server === server.id)}
          draft={draft}
          onChange={onChange}
          hasEffects={hasEffects}
        />
      ))}
      {lost.map((id) => (
        <ServerTools
          key={id}
          server={{ id: id as ServerStatus['id'], title: id, state: 'stopped' }}
          tools={[]}
          draft={draft}
          onChange={onChange}
          hasEffects={hasEffects}
        />
      ))}
    </div>
  );
}
