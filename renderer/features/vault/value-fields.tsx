import { useRef, useState } from 'react';
import type { GeneratorOptions, SecretFacts, SecretKind, SecretValues } from '../../../shared/model/vault.ts';
import { strengthOf } from '../../../shared/model/vault-strength.ts';
import { useT } from '../../strings/index.ts';
import { Button, Field, IconButton, Input, TextArea } from '../../ui/index.ts';
import { Generator } from './generator.tsx';
import { StrengthMeter } from './strength.tsx';

interface Props {
  kind: SecretKind;
  isNew: boolean;
  values: SecretValues;
  facts: SecretFacts;
  generated: GeneratorOptions | undefined;
  onValues(values: SecretValues): void;
  onFacts(facts: SecretFacts): void;
  onGenerated(options: GeneratorOptions | undefined): void;
}

export function ValueFields(props: Props) {
  const t = useT('vault');
  const { kind, isNew, values, facts, onValues, onFacts } = props;
  if (kind === 'note')
    return (
      <Field label={isNew ? t('fields.text') : t('newValue')} hint={t('valueHint')}>
        <TextArea rows={6} value={values.text ?? ''} onChange={(event) => onValues({ text: event.currentTarget.value })} />
      </Field>
    );
  if (kind === 'key-file') return <KeyFileFields {...props} />;
  if (kind === 'token') return <Typed {...props} field="value" label={isNew ? t('value') : t('newValue')} />;
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t('fields.username')} hint={isNew ? undefined : t('keepField')}>
          <Input
            autoComplete="off"
            spellCheck={false}
            value={values.username ?? ''}
            onChange={(event) => onValues({ ...values, username: event.currentTarget.value })}
          />
        </Field>
        <Field label={t('fields.address')}>
          <Input
            type="url"
            placeholder="https://example.com"
            value={facts.address ?? ''}
            onChange={(event) => {
              const { address: _, ...rest } = facts;
              const address = event.currentTarget.value.trim();
              onFacts(address === '' ? rest : { ...rest, address });
            }}
          />
        </Field>
      </div>
      <Typed {...props} field="password" label={t('fields.password')} />
      <Field label={t('totpSeed')} hint={isNew ? t('totpHint') : t('keepField')}>
        <Input
          mono
          type="password"
          autoComplete="off"
          value={values.totp ?? ''}
          onChange={(event) => onValues({ ...values, totp: event.currentTarget.value })}
        />
      </Field>
    </>
  );
}

/** The main value of a token or a login: typed unseen, or made by the host. */
function Typed({
  field,
  label,
  values,
  generated,
  isNew,
  kind,
  onValues,
  onGenerated,
}: Props & { field: 'value' | 'password'; label: string }) {
  const t = useT('vault');
  const [isShown, setShown] = useState(false);
  const value = values[field] ?? '';
  if (generated !== undefined) {
    const what =
      generated.kind === 'words' ? t('generator.wordsOf', { count: generated.words }) : t('generator.chars', { count: generated.length });
    return (
      <Field label={label} hint={t('generator.hint')}>
        <div className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate text-ink-2">{t('generator.will', { what })}</span>
          <Button variant="ghost" onClick={() => onGenerated(undefined)}>
            {t('generator.typeInstead')}
          </Button>
        </div>
      </Field>
    );
  }
  return (
    <Field label={label} hint={!isNew && kind === 'login' ? t('keepField') : t('valueHint')}>
      <div className="flex gap-1">
        <Input
          mono
          aria-label={t(`fields.${field}`)}
          type={isShown ? 'text' : 'password'}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => onValues({ ...values, [field]: event.currentTarget.value })}
        />
        <IconButton
          label={isShown ? t('hide') : t('show')}
          icon={isShown ? 'eye-off' : 'eye'}
          pressed={isShown}
          onClick={() => setShown(!isShown)}
        />
        <Generator
          onUse={(options) => {
            const { [field]: _, ...rest } = values;
            onValues(rest);
            onGenerated(options);
          }}
        />
      </div>
      {value === '' ? null : (
        <div className="pt-1">
          <StrengthMeter value={strengthOf(value)} label={t(`strength.${strengthOf(value)}` as never)} />
        </div>
      )}
    </Field>
  );
}

function KeyFileFields({ values, facts, isNew, onValues, onFacts }: Props) {
  const t = useT('vault');
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File): Promise<void> => {
    onValues({ content: await file.text() });
    onFacts({ ...facts, fileName: file.name.slice(0, 200) });
  };
  return (
    <>
      <Field
        label={isNew ? t('fields.content') : t('newValue')}
        hint={t('valueHint')}
        aside={
          <Button variant="ghost" size="s" icon="upload" onClick={() => input.current?.click()}>
            {t('chooseFile')}
          </Button>
        }
      >
        <TextArea
          mono
          rows={5}
          spellCheck={false}
          value={values.content ?? ''}
          onChange={(event) => onValues({ content: event.currentTarget.value })}
        />
      </Field>
      <input
        ref={input}
        type="file"
        className="hidden"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) void read(file);
        }}
      />
      <Field label={t('fileName')} hint={t('fileNameHint')}>
        <Input
          mono
          value={facts.fileName ?? ''}
          onChange={(event) => {
            const { fileName: _, ...rest } = facts;
            const fileName = event.currentTarget.value.trim();
            onFacts(fileName === '' ? rest : { ...rest, fileName });
          }}
        />
      </Field>
    </>
  );
}
