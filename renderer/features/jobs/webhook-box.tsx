// A webhook's address: its secret part hidden until asked for, a call to try it with, and a way to make the old one void.

import { useState } from 'react';
import type { Job } from '../../../shared/model/job.ts';
import { client, useCall } from '../../api/index.ts';
import { getT, useT } from '../../strings/index.ts';
import {
  Button,
  CodeBlock,
  ConfirmDialog,
  CopyButton,
  ErrorNote,
  IconButton,
  SectionTitle,
  Skeleton,
  toast,
  useDialog,
} from '../../ui/index.ts';
import { curlOf, fullAddress, maskedAddress } from './jobs-model.ts';

export function WebhookBox({ job }: { job: Job }) {
  const t = useT('jobs');
  const hook = useCall((signal) => client.jobs.getWebhook({ id: job.id }, { signal }), [job.id]);
  const [isShown, setShown] = useState(false);
  const renewal = useDialog();
  const data = hook.data;
  const shown = data === undefined ? '' : isShown ? fullAddress(data) : maskedAddress(data);
  return (
    <section className="flex flex-col gap-2">
      <SectionTitle
        actions={
          <Button size="s" variant="ghost" icon="rotate-cw" onClick={() => renewal.show()}>
            {t('hookRenew')}
          </Button>
        }
      >
        {t('hook')}
      </SectionTitle>
      <p className="m-0 -mt-1.5 text-ink-3 text-sm">{t('hookText')}</p>
      {hook.error !== undefined && <ErrorNote error={hook.error} />}
      {data === undefined ? (
        hook.error === undefined && <Skeleton className="h-7" />
      ) : (
        <>
          <div className="flex items-center gap-1">
            <code className="min-w-0 flex-1 rounded-sm bg-sunken px-2 py-1 font-mono text-sm [overflow-wrap:anywhere] dark:bg-raised">
              {shown}
            </code>
            <IconButton
              size="s"
              icon={isShown ? 'eye-off' : 'eye'}
              label={t(isShown ? 'hookHide' : 'hookShow')}
              onClick={() => setShown(!isShown)}
            />
            <CopyButton text={fullAddress(data)} label={t('hookCopy')} />
          </div>
          <div className="text-ink-3 text-sm">{t('hookExample')}</div>
          <CodeBlock wrap aria-label={t('hookExample')}>
            {curlOf(shown)}
          </CodeBlock>
        </>
      )}
      <ConfirmDialog
        {...renewal.props}
        title={t('hookRenewTitle')}
        text={t('hookRenewText')}
        action={t('hookRenew')}
        onConfirm={async () => {
          hook.setData(await client.jobs.renewWebhook({ id: job.id }));
          toast(getT('jobs')('hookRenewed'));
        }}
      />
    </section>
  );
}
