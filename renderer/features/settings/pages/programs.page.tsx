// Other programs that use Orrery over MCP: who they are, how one is connected, and how it is shut out again.

import { type ReactNode, useState } from 'react';
import type { McpClient } from '../../../../shared/model/client.ts';
import { client, toAppError, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import {
  Badge,
  Button,
  CodeBlock,
  ConfirmDialog,
  CopyButton,
  Dialog,
  EmptyState,
  ErrorNote,
  Field,
  Icon,
  Input,
  SectionTitle,
  SkeletonRows,
  StateDot,
  TimeAgo,
  useDialog,
} from '../../../ui/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';

type Added = Awaited<ReturnType<typeof client.clients.add>>;

/** As most programs take it; the data folder is named, so that it is this one whatever the program's surroundings are. */
const config = (name: string, [command = 'orrery', ...first]: readonly string[], folder: string | undefined): string => {
  const data = folder === undefined ? [] : ['--data', folder];
  const args = [...first, 'mcp', '--client', name, ...data].map((each) => `        ${JSON.stringify(each)}`).join(',\n');
  return `{
  "mcpServers": {
    "orrery": {
      "command": ${JSON.stringify(command)},
      "args": [
${args}
      ]
    }
  }
}`;
};

function Row({ program, onRevoke }: { program: McpClient; onRevoke: () => void }): ReactNode {
  const t = useT('programs');
  const isOut = program.revokedAt !== undefined;
  return (
    <li className="flex min-h-12 items-center gap-3 py-2">
      <StateDot tone={!isOut && program.open > 0 ? 'ok' : 'neutral'} />
      <div className="min-w-0 flex-1">
        <div className="truncate font-medium">{program.name}</div>
        <div className="truncate text-ink-2 text-sm">
          {program.comes === 'local' ? t('local') : t('token')}
          {' · '}
          {program.lastSeenAt === undefined ? t('never') : <TimeAgo at={program.lastSeenAt} />}
        </div>
      </div>
      {isOut ? <Badge>{t('revoked')}</Badge> : program.open > 0 ? <Badge tone="ok">{t('open', { count: program.open })}</Badge> : null}
      {isOut ? null : (
        <Button size="s" variant="ghost" onClick={onRevoke}>
          {t('revoke')}
        </Button>
      )}
    </li>
  );
}

function Secret({ label, text }: { label: string; text: string }): ReactNode {
  const t = useT('programs');
  return (
    <Field label={label}>
      <div className="flex items-center gap-2">
        <Input mono readOnly value={text} onFocus={(event) => event.currentTarget.select()} />
        <CopyButton text={text} label={t('copy')} size="m" />
      </div>
    </Field>
  );
}

function Programs(): ReactNode {
  const t = useT('programs');
  const { data: list, error, reload } = useCall((signal) => client.clients.list(undefined, { signal }), []);
  const { data: info } = useCall((signal) => client.app.getInfo(undefined, { signal }), []);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string>();
  const added = useDialog<Added>();
  const revoking = useDialog<McpClient>();

  const add = async (): Promise<void> => {
    try {
      added.show(await client.clients.add({ name: name.trim() }));
      setName('');
      reload();
    } catch (failure) {
      setProblem(toAppError(failure).message);
    }
  };
  return (
    <>
      <p className="m-0 text-ink-2">{t('intro')}</p>
      <section className="flex flex-col gap-2">
        <SectionTitle count={list?.length ?? 0}>{t('list')}</SectionTitle>
        {error !== undefined ? (
          <ErrorNote error={error.toJSON()} />
        ) : list === undefined ? (
          <SkeletonRows count={2} />
        ) : list.length === 0 ? (
          <EmptyState icon="plug" title={t('empty')} text={t('emptyText')} />
        ) : (
          <ul className="m-0 flex list-none flex-col divide-y divide-line border-line border-t p-0">
            {list.map((program) => (
              <Row key={program.name} program={program} onRevoke={() => revoking.show(program)} />
            ))}
          </ul>
        )}
      </section>
      <section className="flex flex-col gap-3 border-line border-t pt-4">
        <SectionTitle>{t('howLocal')}</SectionTitle>
        <p className="m-0 text-ink-2 text-sm">{t('howLocalText')}</p>
        <CodeBlock copy>{config(t('exampleName'), info?.command ?? ['orrery'], info?.dataFolder)}</CodeBlock>
      </section>
      <section className="flex flex-col gap-3 border-line border-t pt-4">
        <SectionTitle>{t('howHttp')}</SectionTitle>
        <p className="m-0 text-ink-2 text-sm">{t('howHttpText')}</p>
        <form
          className="flex items-start gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <div className="min-w-0 flex-1">
            <Input
              aria-label={t('name')}
              aria-invalid={problem !== undefined}
              placeholder={t('namePlaceholder')}
              value={name}
              onChange={(event) => {
                setName(event.currentTarget.value);
                setProblem(undefined);
              }}
            />
            {problem === undefined ? null : (
              <div role="alert" className="mt-1 text-bad text-sm">
                {problem}
              </div>
            )}
          </div>
          <Button type="submit" disabled={name.trim() === ''}>
            {t('add')}
          </Button>
        </form>
      </section>
      <Dialog
        {...added.props}
        title={t('added', { name: added.subject?.client.name ?? '' })}
        description={t('addedText')}
        footer={
          <Button variant="primary" onClick={() => added.hide()}>
            {t('done')}
          </Button>
        }
      >
        {added.subject?.address === undefined ? (
          <p className="m-0 flex items-center gap-2 text-ink-2 text-sm">
            <Icon name="info" size={15} /> {t('httpMissing')}
          </p>
        ) : (
          <Secret label={t('address')} text={added.subject.address} />
        )}
        <Secret label={t('tokenLabel')} text={added.subject?.token ?? ''} />
      </Dialog>
      <ConfirmDialog
        {...revoking.props}
        title={t('revokeTitle', { name: revoking.subject?.name ?? '' })}
        text={t('revokeText')}
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
