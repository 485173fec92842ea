import type { ModelInfo, ProviderStatus } from '../../../../shared/model/model.ts';
import type { Settings } from '../../../../shared/model/settings.ts';
import { useT } from '../../../strings/index.ts';
import { IconButton, Menu, MenuItem, MenuSeparator, StateDot, type Tone } from '../../../ui/index.ts';
import { ModelRow } from './model-row.tsx';
import { PullModel } from './pull-model.tsx';

const tones: Record<ProviderStatus['state'], Tone> = {
  ready: 'ok',
  'no-models': 'neutral',
  unreachable: 'bad',
  disabled: 'neutral',
  checking: 'run',
};

export interface ProviderSectionProps {
  provider: ProviderStatus;
  defaultModel: string | undefined;
  sight: Settings['modelSight'];
  onSight(model: ModelInfo, sight: boolean | undefined): void;
  onDefault(model: ModelInfo): void;
  onRemoveModel(model: ModelInfo): void;
  onEdit(): void;
  onToggle(): void;
  onRemove(): void;
  onChanged(): void;
}

export function ProviderSection({
  provider,
  defaultModel,
  sight,
  onSight,
  onDefault,
  onRemoveModel,
  onEdit,
  onToggle,
  onRemove,
  onChanged,
}: ProviderSectionProps) {
  const t = useT('settings');
  const { config, state, models, version, error } = provider;
  const isOllama = config.type === 'ollama';
  const answers = state === 'ready' || state === 'no-models';
  return (
    <section className="flex flex-col gap-2 border-line border-t pt-4">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h3 className="flex items-center gap-2 font-semibold">
            <span className="truncate">{config.title}</span>
            <span className="flex items-center gap-1.5 font-normal text-ink-2 text-sm">
              <StateDot tone={tones[state]} /> {t(`models.state.${state}`)}
              {version === undefined ? '' : ` · ${t('models.version', { version })}`}
            </span>
          </h3>
          <div className="truncate font-mono text-ink-3 text-sm">{config.baseUrl}</div>
        </div>
        <Menu trigger={<IconButton icon="ellipsis" label={t('models.more', { name: config.title })} />}>
          <MenuItem icon="pencil" onSelect={onEdit}>
            {t('models.edit')}
          </MenuItem>
          <MenuItem icon="power" onSelect={onToggle}>
            {config.enabled ? t('models.disable') : t('models.enable')}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon="trash-2" danger onSelect={onRemove}>
            {t('models.removeProvider')}
          </MenuItem>
        </Menu>
      </div>
      {state === 'unreachable' ? (
        <div className="text-ink-2">
          {error?.message} {isOllama ? t('models.howOllama') : error?.hint}
        </div>
      ) : null}
      {state === 'no-models' ? (
        <div className="text-ink-2">{isOllama ? t('models.noModelsText') : t('models.noModelsTextOther')}</div>
      ) : null}
      {models.length === 0 ? null : (
        <ul className="m-0 flex list-none flex-col divide-y divide-line border-line border-y p-0">
          {models.map((model) => (
            <ModelRow
              key={model.ref}
              model={model}
              isDefault={model.ref === defaultModel}
              canRemove={isOllama}
              sight={sight[model.ref]}
              onSight={(next) => onSight(model, next)}
              onDefault={() => onDefault(model)}
              onRemove={() => onRemoveModel(model)}
            />
          ))}
        </ul>
      )}
      {isOllama && answers ? <PullModel provider={config.id} onDone={onChanged} /> : null}
    </section>
  );
}
