import { useState } from 'react';
import type { SecretName } from '../../../../shared/model/ids.ts';
import type { ProviderConfig, ProviderStatus } from '../../../../shared/model/model.ts';
import { client, useCall } from '../../../api/index.ts';
import { useTask } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Dialog, ErrorNote, Field, Icon, Input, Select } from '../../../ui/index.ts';
import { idFor, isAddress, suggestedAddress } from './provider-form.ts';

export interface ProviderDialogProps {
  /** Missing for a new one. */
  config: ProviderConfig | undefined;
  taken: readonly string[];
  onClose(): void;
  onSaved(): void;
}

export function ProviderDialog({ config, taken, onClose, onSaved }: ProviderDialogProps) {
  const t = useT('settings');
  const [type, setType] = useState<ProviderConfig['type']>(config?.type ?? 'openai-compatible');
  const [title, setTitle] = useState(config?.title ?? '');
  const [baseUrl, setBaseUrl] = useState(config?.baseUrl ?? suggestedAddress('openai-compatible'));
  const [apiKey, setApiKey] = useState<string>(config?.apiKey ?? '');
  const [answer, setAnswer] = useState<ProviderStatus>();
  const secrets = useCall((signal) => client.vault.list(undefined, { signal }), []);
  const test = useTask();
  const save = useTask();
  const isGoodAddress = isAddress(baseUrl);
  const draft: ProviderConfig = {
    id: config?.id ?? idFor(title, taken),
    type,
    title: title.trim(),
    baseUrl: baseUrl.trim().replace(/\/+$/, ''),
    enabled: config?.enabled ?? true,
    ...(apiKey === '' ? {} : { apiKey: apiKey as SecretName }),
  };
  const edit =
    <T,>(set: (value: T) => void) =>
    (value: T): void => {
      set(value);
      setAnswer(undefined);
      test.clear();
    };
  const isReady = isGoodAddress && title.trim() !== '';
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={config === undefined ? t('models.dialogAdd') : t('models.dialogEdit', { name: config.title })}
      description={t('models.dialogText')}
      footer={
        <>
          <Button
            icon="plug-zap"
            disabled={!isGoodAddress}
            loading={test.isBusy}
            onClick={() =>
              void test.run(async () => setAnswer(await client.models.testProvider({ config: { ...draft, title: draft.title || 'Test' } })))
            }
          >
            {t('models.test')}
          </Button>
          <span className="flex-1" />
          <Button variant="ghost" onClick={onClose}>
            {t('models.cancel')}
          </Button>
          <Button
            variant="primary"
            disabled={!isReady}
            loading={save.isBusy}
            onClick={() =>
              void save
                .run(() => client.models.saveProvider({ config: draft }))
                .then((isSaved) => {
                  if (isSaved) onSaved();
                })
            }
          >
            {t('models.save')}
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-3 max-[600px]:grid-cols-1">
        <Field label={t('models.type')}>
          <Select
            value={type}
            onChange={(next) => {
              edit(setType)(next);
              if (config === undefined) setBaseUrl(suggestedAddress(next));
            }}
            options={[
              { value: 'openai-compatible', label: t('models.typeCompatible') },
              { value: 'ollama', label: t('models.typeOllama') },
            ]}
          />
        </Field>
        <Field label={t('models.name')}>
          <Input value={title} maxLength={80} placeholder="LM Studio" onChange={(event) => setTitle(event.currentTarget.value)} />
        </Field>
      </div>
      <Field
        label={t('models.address')}
        hint={type === 'openai-compatible' ? t('models.addressHint') : undefined}
        error={baseUrl !== '' && !isGoodAddress ? t('models.badAddress') : undefined}
      >
        <Input mono spellCheck={false} value={baseUrl} onChange={(event) => edit(setBaseUrl)(event.currentTarget.value)} />
      </Field>
      <Field label={t('models.apiKey')} hint={t('models.apiKeyHint')}>
        <Select
          value={apiKey}
          onChange={edit(setApiKey)}
          options={[
            { value: '', label: t('models.noKey') },
            ...(secrets.data ?? []).map(({ name }) => ({ value: name as string, label: name })),
          ]}
        />
      </Field>
      {test.error === undefined ? null : <ErrorNote error={test.error} />}
      {save.error === undefined ? null : <ErrorNote error={save.error} />}
      {answer === undefined ? null : answer.error !== undefined ? (
        <ErrorNote error={answer.error} />
      ) : (
        <div role="status" className="flex items-center gap-2 text-ok">
          <Icon name="circle-check" size={15} />
          {answer.models.length === 0 ? t('models.testEmpty') : t('models.testReady', { count: answer.models.length })}
        </div>
      )}
    </Dialog>
  );
}
