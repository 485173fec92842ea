// Changes a tool server that is there. What the form does not show stays as it is.

import { type ReactNode, useRef, useState } from 'react';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { client } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Dialog, ErrorNote } from '../../ui/index.ts';
import { checkDraft, type DraftProblems, draftOf, emptyDraft, type ServerDraft } from './server-config.ts';
import { ServerFields } from './server-form.tsx';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  server: ServerStatus;
}

export function ServerDialog({ open, onOpenChange, server }: Props): ReactNode {
  const t = useT('tools');
  /** What the draft was made from: what others change meanwhile must not be taken back by it. */
  const [base] = useState(server.config);
  const [draft, setDraft] = useState<ServerDraft>(() => (base === undefined ? emptyDraft : draftOf(base)));
  const [problems, setProblems] = useState<DraftProblems>({});
  const task = useTask();
  const first = useRef<HTMLInputElement>(null);
  const save = async (): Promise<void> => {
    const checked = checkDraft(draft, base);
    if ('problems' in checked) return setProblems(checked.problems);
    setProblems({});
    if (await task.run(() => client.tools.updateServer({ config: checked.config, was: base }))) onOpenChange(false);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      initialFocus={first}
      title={t('editTitle', { title: server.title })}
      footer={
        <>
          <Button variant="ghost" onClick={() => onOpenChange(false)}>
            {t('cancel')}
          </Button>
          <Button variant="primary" loading={task.isBusy} onClick={() => void save()}>
            {t('save')}
          </Button>
        </>
      }
    >
      <form
        className="tools-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <ServerFields
          draft={draft}
          problems={problems}
          isNew={false}
          first={first}
          onChange={(patch) => setDraft((before) => ({ ...before, ...patch }))}
        />
        {task.error === undefined ? null : <ErrorNote error={task.error.toJSON()} />}
        <button type="submit" className="sr-only" tabIndex={-1} aria-hidden />
      </form>
    </Dialog>
  );
}
