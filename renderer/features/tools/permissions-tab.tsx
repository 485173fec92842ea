// What one server may touch, which secrets it is given, and which standing grants are for its tools.

import { type ReactNode, useState } from 'react';
import type { ServerConfig, ServerStatus } from '../../../shared/model/tool.ts';
import { isThisMachine } from '../../../shared/this-machine.ts';
import { client, useCall } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { navigate, pickFolder, routes, useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, ErrorNote, Field, Icon, IconButton, Input, SectionTitle, SkeletonRows, TimeAgo, toast } from '../../ui/index.ts';
import { badTokens, draftOfConfig, type ReachDraft, reachOf, secretsOf } from './reach.ts';
import { ReachForm } from './reach-form.tsx';
import { isRemote } from './state-words.ts';

export function PermissionsTab({ server }: { server: ServerStatus }): ReactNode {
  if (server.config === undefined) return null;
  return (
    <div className="flex max-w-[640px] flex-col gap-7">
      <Reach server={server} config={server.config} />
      <Secrets config={server.config} />
      <Grants server={server} />
    </div>
  );
}

const isSame = (one: ServerConfig, other: ServerConfig): boolean => JSON.stringify(one) === JSON.stringify(other);

function Reach({ server, config }: { server: ServerStatus; config: ServerConfig }): ReactNode {
  const t = useT('tools');
  /** What the draft was made from: what others change meanwhile must not be taken back by it. */
  const [base, setBase] = useState(config);
  const first = draftOfConfig(base);
  const [draft, setDraft] = useState<ReachDraft>(first);
  const task = useTask();
  const isDraft = JSON.stringify(draft) !== JSON.stringify(first);
  const isStale = isDraft && !task.isBusy && !isSame(config, base);
  const show = (now: ServerConfig): void => {
    setBase(now);
    setDraft(draftOfConfig(now));
    task.clear();
  };
  const [seen, setSeen] = useState(config);
  if (!isSame(config, seen)) {
    setSeen(config);
    // Nothing is lost by showing it: nobody has begun to change it here.
    if (!isDraft) show(config);
  }
  const change = (patch: Partial<ReachDraft>): void => setDraft((before) => ({ ...before, ...patch }));
  const reach = reachOf(draft);
  const isChanged = base.reach === undefined || isDraft;
  const remote = isRemote(server);
  const save = (): void =>
    void task.run(async () => {
      if (reach === undefined) return;
      const saved = await client.tools.updateServer({ config: { ...base, reach }, was: base });
      show(saved.config ?? { ...base, reach });
      toast({ title: t('permissions.saved'), tone: 'ok' });
    });
  return (
    <section className="flex flex-col gap-4">
      <SectionTitle>{t('permissions.reach')}</SectionTitle>
      {config.reach === undefined && !remote ? <p className="m-0 text-wait">{t('permissions.never')}</p> : null}
      {remote ? (
        <p className="m-0 text-ink-2">{t(isThisMachine(config.url) ? 'permissions.localText' : 'permissions.remoteText')}</p>
      ) : (
        <ReachForm draft={draft} programs={server.contained?.programs} onChange={change} />
      )}
      <Roots draft={draft} onChange={change} />
      <Field
        label={t('permissions.sampling')}
        hint={t('permissions.samplingHint')}
        error={badTokens(draft.samplingTokens) ? t('permissions.samplingBad') : undefined}
      >
        <Input
          inputMode="numeric"
          className="max-w-40"
          value={draft.samplingTokens}
          onChange={(event) => change({ samplingTokens: event.currentTarget.value })}
        />
      </Field>
      {task.error === undefined ? null : <ErrorNote error={task.error.toJSON()} />}
      {isStale ? (
        <div className="flex flex-wrap items-center gap-2" role="status">
          {/* A refused saving says it too, and what is different. */}
          {task.error?.code !== 'server-changed' ? (
            <span className="flex min-w-48 flex-1 items-start gap-2">
              <Icon name="triangle-alert" size={15} className="mt-0.5 shrink-0 text-wait" />
              {t('permissions.stale')}
            </span>
          ) : null}
          <Button icon="refresh-cw" onClick={() => show(config)}>
            {t('permissions.showNow')}
          </Button>
        </div>
      ) : null}
      <div className="flex gap-2">
        <Button variant="primary" loading={task.isBusy} disabled={!isChanged || reach === undefined} onClick={save}>
          {t('permissions.save')}
        </Button>
        {!isDraft ? null : (
          <Button variant="ghost" onClick={() => setDraft(first)}>
            {t('permissions.undo')}
          </Button>
        )}
      </div>
    </section>
  );
}

function Roots({ draft, onChange }: { draft: ReachDraft; onChange: (patch: Partial<ReachDraft>) => void }): ReactNode {
  const t = useT('tools');
  const add = async (): Promise<void> => {
    const path = await pickFolder({ title: t('permissions.addRoot') });
    if (path !== null && !draft.roots.includes(path)) onChange({ roots: [...draft.roots, path] });
  };
  return (
    <fieldset className="m-0 flex min-w-0 flex-col gap-1 border-0 p-0">
      <legend className="mb-1 p-0 font-medium text-ink-2 text-sm">{t('permissions.roots')}</legend>
      {draft.roots.map((path) => (
        <div key={path} className="flex min-w-0 items-center gap-2">
          <Icon name="folder-tree" size={14} className="shrink-0 text-ink-3" />
          <span className="min-w-0 flex-1 truncate font-mono text-sm" title={path}>
            {visibleText(path)}
          </span>
          <IconButton
            icon="x"
            label={t('permissions.removeFolder', { path })}
            onClick={() => onChange({ roots: draft.roots.filter((each) => each !== path) })}
          />
        </div>
      ))}
      <div className="flex flex-wrap items-center gap-2">
        <Button size="s" icon="folder-plus" onClick={() => void add()}>
          {t('permissions.addRoot')}
        </Button>
        <span className="text-ink-3 text-sm">{t('permissions.rootsHint')}</span>
      </div>
    </fieldset>
  );
}

function Secrets({ config }: { config: ServerConfig }): ReactNode {
  const t = useT('tools');
  const found = secretsOf(config);
  const vault = useCall((signal) => client.vault.list(undefined, { signal }), []);
  const placeWords = ({ kind, name }: ReturnType<typeof secretsOf>[number]['places'][number]): string =>
    kind === 'env' ? name : t(`permissions.place.${kind}`, { name });
  return (
    <section>
      <SectionTitle
        actions={
          <Button size="s" variant="ghost" onClick={() => navigate(routes.vault())}>
            {t('permissions.openVault')}
          </Button>
        }
      >
        {t('permissions.secrets')}
      </SectionTitle>
      {found.length === 0 ? <p className="tools-quiet mt-1">{t('permissions.noSecrets')}</p> : null}
      <ul className="m-0 list-none p-0">
        {found.map(({ name, places }) => {
          const known = vault.data?.find((each) => each.name === name);
          return (
            <li key={name} className="flex min-h-8 min-w-0 items-center gap-2">
              <Icon name="key-round" size={14} className="shrink-0 text-ink-3" />
              <span className="min-w-0 truncate font-mono text-sm">{name}</span>
              <span className="min-w-0 flex-1 truncate text-ink-3 text-sm">
                {t('permissions.inPlace', { place: places.map(placeWords).join(', ') })}
              </span>
              {vault.data === undefined ? null : known === undefined ? (
                <Badge tone="bad">{t('permissions.missing')}</Badge>
              ) : (
                <span className="shrink-0 text-ink-3 text-xs">
                  {known.lastUsedAt === undefined ? (
                    t('permissions.neverUsed')
                  ) : (
                    <>
                      {t('permissions.lastUsed')} <TimeAgo at={known.lastUsedAt} />
                    </>
                  )}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Grants({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const grants = useCall((signal) => client.policy.listGrants({ query: '' }, { signal }), [server.id]);
  const own = grants.data?.filter(
    ({ server: about, subject, state }) =>
      state !== 'revoked' && (about === server.id || (subject.kind === 'server' && subject.server === server.id)),
  );
  return (
    <section>
      <SectionTitle
        actions={
          <Button size="s" variant="ghost" onClick={() => navigate(routes.grants())}>
            {t('permissions.openGrants')}
          </Button>
        }
      >
        {t('permissions.grants')}
      </SectionTitle>
      {grants.error === undefined ? null : <ErrorNote error={grants.error.toJSON()} />}
      {own === undefined && grants.error === undefined ? <SkeletonRows count={2} /> : null}
      {own?.length === 0 ? <p className="tools-quiet mt-1">{t('permissions.noGrants')}</p> : null}
      <ul className="m-0 list-none p-0">
        {own?.map((grant) => (
          <li key={grant.id}>
            <button type="button" className="tools-line" onClick={() => navigate(routes.grants(grant.id))}>
              <Icon
                name={grant.effect === 'deny' ? 'ban' : 'check'}
                size={14}
                aria-label={grant.effect === 'deny' ? t('permissions.forbids') : t('permissions.allows')}
              />
              <span className="min-w-0 flex-1 truncate">
                {visibleText(grant.who)}: {grant.words.map(visibleText).join(', ')}
              </span>
              <span className="shrink-0 text-ink-3 text-xs">{t('permissions.uses', { count: grant.uses })}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
