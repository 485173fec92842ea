import type { ReactNode } from 'react';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, IconButton, Input, Select } from '../../ui/index.ts';
import type { EnvRow } from './server-config.ts';

interface Props {
  rows: readonly EnvRow[];
  onChange: (rows: EnvRow[]) => void;
  /** Of a request instead of an environment. */
  isHeaders?: boolean;
}

/** Names and values: plain text, or a secret named by its handle. The secret itself is never here. */
export function EnvRows({ rows, onChange, isHeaders = false }: Props): ReactNode {
  const t = useT('tools');
  const secrets = useCall((signal) => client.vault.list(undefined, { signal }), []);
  const change = (index: number, patch: Partial<EnvRow>): void =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...patch } : row)));
  const options = (secrets.data ?? []).map((secret) => ({ value: secret.name as string, label: secret.name as string }));
  return (
    <div className="tools-env">
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place in the form
        <div key={index} className="tools-env-row">
          <Input
            mono
            aria-label={isHeaders ? t('field.headerName') : t('field.envName')}
            placeholder={isHeaders ? 'Authorization' : 'NAME'}
            value={row.name}
            onChange={(event) => change(index, { name: event.target.value })}
          />
          <Select
            aria-label={t('field.envKind')}
            value={row.kind}
            onChange={(kind) => change(index, { kind, value: '', field: undefined })}
            options={[
              { value: 'text', label: t('field.envText') },
              { value: 'secret', label: t('field.envSecret') },
            ]}
          />
          {row.kind === 'secret' ? (
            <Select
              aria-label={t('field.envWhich')}
              value={row.value === '' ? null : row.value}
              placeholder={options.length === 0 ? t('field.noSecrets') : t('field.envWhich')}
              disabled={options.length === 0}
              onChange={(value) => change(index, { value })}
              options={options}
            />
          ) : (
            <Input
              mono
              aria-label={t('field.envValue')}
              value={row.value}
              onChange={(event) => change(index, { value: event.target.value })}
            />
          )}
          <IconButton
            icon="x"
            label={isHeaders ? t('field.headerRemove') : t('field.envRemove')}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button size="s" icon="plus" onClick={() => onChange([...rows, { name: '', kind: 'text', value: '' }])}>
          {isHeaders ? t('field.headerAdd') : t('field.envAdd')}
        </Button>
      </div>
    </div>
  );
}
