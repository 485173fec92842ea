// Puts a prompt or a resource of a server into a new chat, as an attachment that says whose words it is: never as text of the person's.

import type { ReactNode } from 'react';
import type { AttachmentSource } from '../../../shared/model/chat.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import { client } from '../../api/index.ts';
import { navigate, newChatDraft, routes, useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, ErrorNote, toast } from '../../ui/index.ts';

export function UseInChat({ server, source }: { server: ServerId; source: AttachmentSource }): ReactNode {
  const t = useT('tools');
  const task = useTask();
  const use = (): Promise<boolean> =>
    task.run(async () => {
      await client.chat.attach({ server, source, draft: newChatDraft });
      toast(t('prompts.used'));
      navigate(routes.chat());
    });
  return (
    <div className="flex flex-col items-start gap-2">
      <Button icon="message-square-plus" loading={task.isBusy} onClick={() => void use()}>
        {t('prompts.use')}
      </Button>
      {task.error === undefined ? null : <ErrorNote error={task.error.toJSON()} className="self-stretch" />}
    </div>
  );
}
