// Other programs that use Orrery over MCP: who they are, how one is connected, and how it is shut out again.

import type { ReactNode } from 'react';
import type { McpClient } from '../../../../shared/model/client.ts';
import { programConfig } from '../../../../shared/program-config.ts';
import { client, toAppError, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import {
  AddLine,
  CodeBlock,
  ConfirmDialog,
  EmptyState,
  ErrorNote,
  SectionTitle,
  SkeletonRows,
  toast,
  useDialog,
} from '../../../ui/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';
import { ProgramRow } from '../programs/program-row.tsx';
import { type Added, TokenDialog } from '../programs/token-dialog.tsx';

function NewProgram({ onAdded }: { onAdded: (added: Added) => void }): ReactNode {
  const t = useT('programs');
  const add = async (name: string): Promise<true | string> => {
    try {
      onAdded(await client.clients.add({ name: name.trim() }));
      return true;
    } catch (failure) {
      return toAppError(failure).message;
    }
  };
  return <AddLine isLabelShown label={t('name')} placeholder={t('namePlaceholder')} action={t('add')} onAdd={add} />;
}

function Programs(): ReactNode {
  const t = useT('programs');
  const { data: list, error, reload } = useCall((signal) => client.clients.list(undefined, { signal }), []);
  const { data: info } = useCall((signal) => client.app.getInfo(undefined, { signal }), []);
  const added = useDialog<Added>();
  const revoking = useDialog<McpClient>();
  const facts = { command: info?.command, dataFolder: info?.dataFolder };

  const letIn = async (name: string): Promise<void> => {
    try {
      await client.clients.letIn({ name });
    } catch (failure) {
      toast.error(toAppError(failure));
    }
    reload();
  };
  return (
    <>
      <p className="m-0 text-ink-2">{t('intro')}</p>
      <section className="flex flex-col gap-2">
        <SectionTitle {...(list === undefined ? {} : { count: list.length })}>{t('list')}</SectionTitle>
        {error !== undefined ? (
          <ErrorNote error={error.toJSON()} />
        ) : list === undefined ? (
          <SkeletonRows count={2} />
        ) : list.length === 0 ? (
          <EmptyState icon="plug" title={t('empty')} text={t('emptyText')} />
        ) : (
          <ul className="m-0 flex list-none flex-col divide-y divide-line border-line border-t p-0">
            {list.map((program) => (
              <ProgramRow
                key={program.name}
                program={program}
                onRevoke={() => revoking.show(program)}
                onLetIn={() => void letIn(program.name)}
              />
            ))}
          </ul>
        )}
      </section>
      <section className="flex flex-col gap-3 border-line border-t pt-4">
        <SectionTitle>{t('how')}</SectionTitle>
        <p className="m-0 text-ink-2 text-sm">{t('howText')}</p>
        <NewProgram
          onAdded={(made) => {
            added.show(made);
            reload();
          }}
        />
      </section>
      <section className="flex flex-col gap-3 border-line border-t pt-4">
        <SectionTitle>{t('without')}</SectionTitle>
        <p className="m-0 text-ink-2 text-sm">{t('withoutText')}</p>
        <CodeBlock copy>{programConfig('command', { ...facts, name: t('exampleName') })}</CodeBlock>
      </section>
      <TokenDialog {...added.props} added={added.subject} facts={facts} onDone={() => added.hide()} />
      <ConfirmDialog
        {...revoking.props}
        title={t('revokeTitle', { name: revoking.subject?.name ?? '' })}
        text={revoking.subject?.comes === 'local' ? t('revokeUnknownText') : t('revokeText')}
        action={t('revoke')}
        onConfirm={async () => {
          if (revoking.subject !== undefined) await client.clients.revoke({ name: revoking.subject.name });
          reload();
        }}
      />
    </>
  );
}

export const programsPage: SettingsPageSpec = {
  id: 'programs',
  icon: 'plug',
  order: 45,
  words: 'mcp server clients token editor assistant connect',
  Content: Programs,
};
