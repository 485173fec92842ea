import { useRoute } from 'wouter';
import type { Agent } from '../../../shared/model/agent.ts';
import { client, useCall } from '../../api/index.ts';
import { navigate, routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, EmptyState, ErrorState, ListDetail, ListRow, Skeleton, SkeletonRows } from '../../ui/index.ts';
import { AgentEditor } from './agent-editor.tsx';
import { NEW, useDrafts } from './drafts.ts';

export function AgentsPage() {
  const t = useT('agents');
  const [, params] = useRoute('/agents/:id');
  const agents = useCall((signal) => client.agents.list(undefined, { signal }), []);
  const drafts = useDrafts((state) => state.drafts);
  const all = agents.data ?? [];
  const isNew = params?.id === NEW;
  // Without one in the address the first is shown: a page with a list and nothing beside it helps nobody.
  const chosen = isNew ? undefined : (all.find((agent) => agent.id === params?.id) ?? (params?.id === undefined ? all[0] : undefined));
  // The answer is put in place at once, so that what was just saved never looks as if it were gone.
  const shared = {
    agents: all,
    onSaved: (saved: Agent) =>
      agents.setData(all.some(({ id }) => id === saved.id) ? all.map((agent) => (agent.id === saved.id ? saved : agent)) : [...all, saved]),
    onRemoved: (removed: Agent) => agents.setData(all.filter(({ id }) => id !== removed.id)),
  };
  const create = (
    <Button variant={all.length === 0 ? 'primary' : 'default'} icon="plus" onClick={() => navigate(routes.agents(NEW))}>
      {t('add')}
    </Button>
  );

  const detail = (() => {
    if (agents.data === undefined)
      return agents.error === undefined ? (
        <div className="late flex flex-col gap-4 p-6">
          <Skeleton className="h-4 w-40" />
          <Skeleton className="w-3/5" />
          <Skeleton className="h-24 w-4/5" />
        </div>
      ) : (
        <ErrorState error={agents.error} onRetry={agents.reload} />
      );
    if (isNew) return <AgentEditor key={NEW} agent={undefined} {...shared} />;
    if (chosen !== undefined) return <AgentEditor key={chosen.id} agent={chosen} {...shared} />;
    if (params?.id !== undefined) return <EmptyState icon="bot" title={t('gone')} text={t('chooseText')} action={create} />;
    return <EmptyState icon="bot" title={t('empty')} text={t('emptyText')} action={create} />;
  })();

  return (
    <ListDetail
      listLabel={t('list')}
      detailLabel={t('detail')}
      list={
        <>
          <div className="px-2 pt-2.5 pb-2">
            <Button icon="plus" className="w-full" onClick={() => navigate(routes.agents(NEW))}>
              {t('add')}
            </Button>
          </div>
          <div className="flex min-h-0 flex-1 flex-col overflow-y-auto px-2 pb-2">
            {agents.data === undefined && agents.error === undefined ? <SkeletonRows count={5} tall /> : null}
            {isNew ? <ListRow title={drafts[NEW]?.name || t('newTitle')} text={t('unsaved')} selected /> : null}
            {all.map((agent) => (
              <ListRow
                key={agent.id}
                title={agent.name}
                text={agent.model === undefined ? t('defaultModel') : agent.model.slice(agent.model.indexOf('/') + 1)}
                meta={drafts[agent.id] === undefined ? undefined : t('unsaved')}
                selected={agent.id === chosen?.id}
                onClick={() => navigate(routes.agents(agent.id))}
              />
            ))}
          </div>
        </>
      }
      detail={detail}
    />
  );
}
