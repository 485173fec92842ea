// The package that a server starts from: kept at one version until the person asks whether there is a newer one, and says yes to it.

import { type ReactNode, useState } from 'react';
import type { PackageUpdate } from '../../../shared/model/server-import.ts';
import type { ServerConfig, ServerStatus } from '../../../shared/model/tool.ts';
import { client } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ErrorNote, Icon, SectionTitle, toast } from '../../ui/index.ts';

/** It starts with one of the commands whose packages are kept. */
export const startsFromPackage = ({ command, transport }: Pick<ServerConfig, 'command' | 'transport'>): boolean =>
  (transport ?? 'stdio') === 'stdio' && /^(npx|npm|uvx|uv)(\.\w+)?$/i.test(command);

export function PackageSection({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const [found, setFound] = useState<PackageUpdate>();
  const looking = useTask();
  const updating = useTask();
  const { id } = server;
  const look = async (): Promise<void> => {
    updating.clear();
    setFound(undefined);
    setFound(await client.servers.checkPackage({ id }));
  };
  const update = async (): Promise<void> => {
    const { before, after } = await client.servers.updatePackage({ id });
    setFound(undefined);
    toast({ title: before === after ? t('package.same', { version: after }) : t('package.done', { before, after }), tone: 'ok' });
  };
  const error = updating.error ?? looking.error;
  const isNewest = found !== undefined && found.after === undefined && found.canTell;
  return (
    <section aria-label={t('package.title')}>
      <SectionTitle
        actions={
          <Button
            size="s"
            variant="ghost"
            icon="refresh-cw"
            loading={looking.isBusy}
            disabled={updating.isBusy}
            onClick={() => void looking.run(look)}
          >
            {t('package.look')}
          </Button>
        }
      >
        {t('package.title')}
      </SectionTitle>
      {found === undefined ? (
        <p className="m-0 mt-1 text-ink-2">{t('package.text')}</p>
      ) : isNewest ? (
        <p className="m-0 mt-1 flex items-center gap-1.5" role="status">
          <Icon name="check" size={14} className="shrink-0 text-ok" />
          {t('package.newest', { name: visibleText(found.name), version: found.before })}
        </p>
      ) : (
        <div className="mt-1 flex flex-col items-start gap-2" role="status">
          <div>
            <p className="m-0 font-medium [overflow-wrap:anywhere]">
              {found.after === undefined
                ? t('package.unknown', { name: visibleText(found.name), before: found.before })
                : t('package.available', { before: found.before, after: visibleText(found.after) })}
            </p>
            <p className="m-0 text-ink-2">{t('package.what')}</p>
          </div>
          <Button variant="primary" icon="download" loading={updating.isBusy} onClick={() => void updating.run(update)}>
            {t('package.update')}
          </Button>
        </div>
      )}
      {error === undefined ? null : <ErrorNote className="mt-2" error={error.toJSON()} />}
    </section>
  );
}
