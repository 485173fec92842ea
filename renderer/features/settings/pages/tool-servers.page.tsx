// The Node that tool servers are run by: which one is in use, which Orrery keeps, and the one that it can fetch.

import { type ReactNode, useState } from 'react';
import type { ManagedNode } from '../../../../shared/model/managed-node.ts';
import { client } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import {
  ConfirmDialog,
  formatBytes,
  Icon,
  IconButton,
  SectionTitle,
  SkeletonRows,
  StateDot,
  TimeAgo,
  useDialog,
} from '../../../ui/index.ts';
import { FetchNode, useManagedNode } from '../../tools/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';

function Kept({ kept }: { kept: ManagedNode['kept'] }): ReactNode {
  const t = useT('settings');
  const removal = useDialog();
  const [version, setVersion] = useState('');
  if (kept.length === 0) return <p className="m-0 text-ink-2">{t('toolServers.noneKept')}</p>;
  return (
    <>
      <ul className="m-0 flex list-none flex-col divide-y divide-line border-line border-y p-0">
        {kept.map((each) => (
          <li key={each.version} className="flex min-h-12 items-center gap-3 py-1.5">
            <Icon name="package" size={15} className="shrink-0 text-ink-3" />
            <div className="min-w-0 flex-1">
              <div className="truncate">
                Node {each.version}{' '}
                <span className="text-ink-2">{t('toolServers.withNpm', { npm: each.npm, size: formatBytes(each.bytes) })}</span>
              </div>
              <div className="truncate text-ink-3 text-sm" title={each.folder}>
                {t('toolServers.fetched')} <TimeAgo at={each.at} /> · <span className="font-mono">{each.folder}</span>
              </div>
            </div>
            <IconButton
              icon="trash-2"
              label={t('toolServers.remove', { version: each.version })}
              onClick={() => {
                setVersion(each.version);
                removal.show();
              }}
            />
          </li>
        ))}
      </ul>
      <ConfirmDialog
        {...removal.props}
        title={t('toolServers.removeTitle', { version })}
        text={t('toolServers.removeText')}
        action={t('toolServers.removeAction')}
        onConfirm={() => client.servers.removeNode({ version })}
      />
    </>
  );
}

function Content(): ReactNode {
  const t = useT('settings');
  const node = useManagedNode();
  if (node === undefined) return <SkeletonRows count={4} />;
  const { used, offer, kept } = node;
  const whose =
    used === undefined
      ? ''
      : used.by === 'PATH' || used.by === 'Orrery'
        ? t(`toolServers.usedBy.${used.by}`)
        : t('toolServers.usedBy.other', { by: used.by });
  const isHere = kept.some((each) => each.version === offer?.version);
  return (
    <div className="flex max-w-[640px] flex-col gap-6">
      <section className="flex flex-col gap-2">
        <SectionTitle>{t('toolServers.node')}</SectionTitle>
        <p className="m-0 text-ink-2">{t('toolServers.text')}</p>
        <div className="flex min-h-7 min-w-0 items-center gap-2">
          <StateDot tone={used === undefined ? 'wait' : 'ok'} />
          <span className="shrink-0">{t('toolServers.used')}:</span>
          {used === undefined ? (
            <span>{t('toolServers.noneUsed')}</span>
          ) : (
            <span className="min-w-0 truncate" title={used.path}>
              Node {used.version} <span className="text-ink-2">({whose})</span>{' '}
              <span className="tools-program font-mono text-ink-3 text-sm">{used.path}</span>
            </span>
          )}
        </div>
      </section>
      <section className="flex flex-col gap-2">
        <SectionTitle>{t('toolServers.kept')}</SectionTitle>
        <Kept kept={kept} />
        {offer === undefined || isHere ? null : (
          <p className="m-0 text-ink-2">
            {t('toolServers.offer', { version: offer.version, npm: offer.npm, size: formatBytes(offer.bytes), host: offer.host })}
          </p>
        )}
        {isHere && node.fetching === undefined ? null : <FetchNode node={node} />}
      </section>
    </div>
  );
}

export const toolServersPage: SettingsPageSpec = {
  id: 'toolServers',
  icon: 'wrench',
  order: 42,
  words: 'node npm npx runtime mcp',
  Content,
};
