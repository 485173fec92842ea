import { useRef, useState } from 'react';
import type { ModelInfo, ProviderConfig, ProviderStatus } from '../../../../shared/model/model.ts';
import type { Settings } from '../../../../shared/model/settings.ts';
import { client, toAppError, useCall } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Combobox, ConfirmDialog, ErrorState, Field, formatBytes, SkeletonRows, toast, useDialog } from '../../../ui/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';
import { ProviderDialog } from '../models/provider-dialog.tsx';
import { ProviderSection } from '../models/provider-section.tsx';
import { type Change, WithSettings } from '../use-settings-form.tsx';

const modelNameIn = (ref: string): string => ref.slice(ref.indexOf('/') + 1);

function RemoveDialogs({
  model,
  provider,
  onChanged,
}: {
  model: ReturnType<typeof useDialog<{ model: ModelInfo; provider: ProviderStatus }>>;
  provider: ReturnType<typeof useDialog<ProviderConfig>>;
  onChanged(): void;
}) {
  const t = useT('settings');
  const chosen = model.subject;
  const server = provider.subject;
  const size = chosen?.model.size;
  const name = chosen?.provider.config.title ?? '';
  return (
    <>
      <ConfirmDialog
        {...model.props}
        title={t('models.removeModelTitle', { model: chosen?.model.name ?? '' })}
        text={
          size === undefined
            ? t('models.removeModelTextNoSize', { provider: name })
            : t('models.removeModelText', { provider: name, size: formatBytes(size) })
        }
        action={t('models.remove')}
        onConfirm={async () => {
          if (chosen !== undefined) await client.models.removeModel({ provider: chosen.provider.config.id, model: chosen.model.name });
          onChanged();
        }}
      />
      <ConfirmDialog
        {...provider.props}
        title={t('models.removeProviderTitle', { name: server?.title ?? '' })}
        text={t('models.removeProviderText')}
        action={t('models.remove')}
        onConfirm={async () => {
          if (server !== undefined) await client.models.removeProvider({ id: server.id });
          onChanged();
        }}
      />
    </>
  );
}

function ModelsForm({ settings, change }: { settings: Settings; change: Change }) {
  const t = useT('settings');
  const [editing, setEditing] = useState<{ config: ProviderConfig | undefined }>();
  const model = useDialog<{ model: ModelInfo; provider: ProviderStatus }>();
  const server = useDialog<ProviderConfig>();
  // Only a look that the person asked for goes past what the host remembers.
  const isAsked = useRef(false);
  const providers = useCall(
    (signal) => client.models.listProviders({ refresh: isAsked.current }, { signal }),
    [settings.providers, settings.modelSight],
  );
  const lookAgain = (): void => {
    isAsked.current = true;
    providers.reload();
  };
  const toggle = async (config: ProviderConfig): Promise<void> => {
    try {
      await client.models.saveProvider({ config: { ...config, enabled: !config.enabled } });
      lookAgain();
    } catch (error) {
      toast.error(toAppError(error));
    }
  };
  const all = (providers.data ?? []).flatMap((provider) => provider.models.map((found) => ({ found, group: provider.config.title })));
  return (
    <>
      <div className="flex flex-wrap items-end gap-2">
        <Field label={t('models.defaultModel')} aside={t('models.defaultHint')} className="min-w-64 flex-1">
          <Combobox
            aria-label={t('models.defaultModel')}
            value={settings.defaultModel ?? null}
            placeholder={all.length === 0 ? t('models.noModels') : t('models.chooseModel')}
            options={[
              ...(settings.defaultModel === undefined
                ? []
                : [{ value: '', label: t('models.noDefault'), hint: t('models.noDefaultHint') }]),
              // Not among those of its server, or that server has not answered yet.
              ...(settings.defaultModel === undefined || all.some(({ found }) => found.ref === settings.defaultModel)
                ? []
                : [{ value: settings.defaultModel, label: modelNameIn(settings.defaultModel) }]),
              ...all.map(({ found, group }) => ({
                value: found.ref,
                label: found.name,
                group,
                hint: found.tools === true ? t('models.tools') : '',
              })),
            ]}
            onChange={(chosen) => void change({ defaultModel: chosen === '' ? null : chosen })}
          />
        </Field>
        <div className="flex gap-2">
          <Button icon="refresh-cw" loading={providers.loading && providers.data !== undefined} onClick={lookAgain}>
            {t('models.refresh')}
          </Button>
          <Button icon="plus" onClick={() => setEditing({ config: undefined })}>
            {t('models.add')}
          </Button>
        </div>
      </div>
      {providers.data === undefined ? (
        providers.error === undefined ? (
          <SkeletonRows count={5} />
        ) : (
          <ErrorState error={providers.error} onRetry={lookAgain} />
        )
      ) : (
        providers.data.map((provider) => (
          <ProviderSection
            key={provider.config.id}
            provider={provider}
            defaultModel={settings.defaultModel}
            sight={settings.modelSight}
            onSight={(found, sight) => {
              const { [found.ref]: _before, ...others } = settings.modelSight;
              void change({ modelSight: sight === undefined ? others : { ...others, [found.ref]: sight } });
            }}
            onDefault={(found) => void change({ defaultModel: found.ref })}
            onRemoveModel={(found) => model.show({ model: found, provider })}
            onEdit={() => setEditing({ config: provider.config })}
            onToggle={() => void toggle(provider.config)}
            onRemove={() => server.show(provider.config)}
            onChanged={lookAgain}
          />
        ))
      )}
      {editing === undefined ? null : (
        <ProviderDialog
          config={editing.config}
          taken={settings.providers.map(({ id }) => id)}
          onClose={() => setEditing(undefined)}
          onSaved={() => {
            setEditing(undefined);
            lookAgain();
          }}
        />
      )}
      <RemoveDialogs model={model} provider={server} onChanged={lookAgain} />
    </>
  );
}

function Models() {
  return <WithSettings>{(settings, change) => <ModelsForm settings={settings} change={change} />}</WithSettings>;
}

export const modelsPage: SettingsPageSpec = {
  id: 'models',
  icon: 'sparkles',
  order: 20,
  words: 'ollama provider pictures images vision sight llama download pull default local server openai lm studio',
  Content: Models,
};
