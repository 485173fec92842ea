import { type ReactNode, useState } from 'react';
import { type ConfigFacts, type ConfigKind, programConfig } from '../../../../shared/program-config.ts';
import type { client } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, CodeBlock, CopyButton, Dialog, Field, Icon, Input, SegmentedControl } from '../../../ui/index.ts';

export type Added = Awaited<ReturnType<typeof client.clients.add>>;

export interface TokenDialogProps {
  open: boolean;
  onOpenChange(isOpen: boolean): void;
  added: Added | undefined;
  facts: Pick<ConfigFacts, 'command' | 'dataFolder'>;
  onDone(): void;
}

/** Shown this once: the token, and what to put into the program's configuration. */
export function TokenDialog({ added, facts, onDone, ...open }: TokenDialogProps): ReactNode {
  const t = useT('programs');
  const [kind, setKind] = useState<ConfigKind>('command');
  const name = added?.client.name ?? '';
  const token = added?.token ?? '';
  return (
    <Dialog
      {...open}
      title={t('added', { name })}
      description={t('addedText')}
      footer={
        <Button variant="primary" onClick={onDone}>
          {t('done')}
        </Button>
      }
    >
      <Field label={t('tokenLabel')}>
        <div className="flex items-center gap-2">
          <Input mono readOnly value={token} onFocus={(event) => event.currentTarget.select()} />
          <CopyButton text={token} label={t('copy')} size="m" />
        </div>
      </Field>
      <div className="flex flex-col gap-2">
        <SegmentedControl<ConfigKind>
          aria-label={t('kind')}
          value={kind}
          onChange={setKind}
          items={[
            { value: 'command', label: t('kindCommand') },
            { value: 'vscode', label: t('kindVscode') },
            { value: 'address', label: t('kindAddress') },
          ]}
        />
        {kind === 'address' && added?.address === undefined ? (
          <p className="m-0 flex items-center gap-2 text-ink-2 text-sm">
            <Icon name="info" size={15} /> {t('httpMissing')}
          </p>
        ) : null}
        <CodeBlock copy maxHeight={320} aria-label={t('configLabel')}>
          {programConfig(kind, { ...facts, name, token, address: added?.address })}
        </CodeBlock>
      </div>
    </Dialog>
  );
}
