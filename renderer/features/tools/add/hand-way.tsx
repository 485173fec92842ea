// A server that is typed. It starts only when the person presses the button; on the desktop the host asks once more.

import { type ReactNode, useState } from 'react';
import type { ServerStatus } from '../../../../shared/model/tool.ts';
import { client } from '../../../api/index.ts';
import { navigate, routes, useTask } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, ErrorNote } from '../../../ui/index.ts';
import { checkDraft, type DraftProblems, emptyDraft, type ServerDraft } from '../server-config.ts';
import { ServerFields } from '../server-form.tsx';

export function HandWay({ servers }: { servers: readonly ServerStatus[] }): ReactNode {
  const t = useT('tools');
  const [draft, setDraft] = useState<ServerDraft>(emptyDraft);
  const [problems, setProblems] = useState<DraftProblems>({});
  const task = useTask();
  const add = async (): Promise<void> => {
    const checked = checkDraft(draft);
    if ('problems' in checked) return setProblems(checked.problems);
    if (servers.some((server) => server.id === checked.config.id)) return setProblems({ id: t('idTaken') });
    setProblems({});
    const config = { ...checked.config, source: { kind: 'typed' as const, ref: '' } };
    if (await task.run(() => client.tools.addServer({ config }))) navigate(routes.tools(config.id));
  };
  return (
    <form
      aria-label={t('new.ways.hand')}
      className="tools-form max-w-[560px]"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <p className="m-0 text-ink-2">{t('new.hand.text')}</p>
      <ServerFields draft={draft} problems={problems} isNew onChange={(patch) => setDraft((before) => ({ ...before, ...patch }))} />
      {task.error === undefined ? null : <ErrorNote error={task.error.toJSON()} />}
      <div>
        <Button type="submit" variant="primary" loading={task.isBusy}>
          {draft.enabled ? t('addAndStart') : t('addOnly')}
        </Button>
      </div>
    </form>
  );
}
