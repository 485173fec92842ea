import type { ModelInfo } from '../../../../shared/model/model.ts';
import { useT } from '../../../strings/index.ts';
import { Badge, Bytes, Icon, IconButton, Menu, MenuItem, MenuLabel, MenuSeparator, Tooltip } from '../../../ui/index.ts';

export interface ModelRowProps {
  model: ModelInfo;
  isDefault: boolean;
  canRemove: boolean;
  /** What the person said of its sight; undefined leaves it to its server. */
  sight: boolean | undefined;
  onSight(sight: boolean | undefined): void;
  onDefault(): void;
  onRemove(): void;
}

const thousands = (tokens: number): string => (tokens >= 1000 ? `${Math.round(tokens / 1024)}k` : String(tokens));

export function ModelRow({ model, isDefault, canRemove, sight, onSight, onDefault, onRemove }: ModelRowProps) {
  const t = useT('settings');
  const saidOfSight = sight === undefined ? model.images : model.imagesSaid;
  const tools = model.tools === undefined ? 'toolsUnknown' : model.tools ? 'tools' : 'noTools';
  return (
    <li className="flex h-[34px] items-center gap-2">
      <span className="min-w-0 truncate font-mono text-sm" title={model.name}>
        {model.name}
      </span>
      {isDefault ? <Badge tone="accent">{t('models.default')}</Badge> : null}
      <span className="min-w-0 flex-1" />
      <span className="tabular flex shrink-0 items-center gap-3 text-ink-3 text-sm">
        {model.parameters === undefined ? null : <span className="max-[800px]:hidden">{model.parameters}</span>}
        {model.contextLength === undefined ? null : (
          <span className="w-20 text-right max-[800px]:hidden">{t('models.context', { size: thousands(model.contextLength) })}</span>
        )}
        {model.size === undefined ? null : <Bytes bytes={model.size} className="w-14 text-right" />}
      </span>
      <span className="w-4 shrink-0 text-ink-2">
        {model.images === true ? (
          <Tooltip content={t(sight === true ? 'models.seesByYou' : 'models.sees')}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip must be reachable by keyboard */}
            <span role="img" aria-label={t('models.sees')} tabIndex={0} className="flex rounded-sm">
              <Icon name="image" size={14} />
            </span>
          </Tooltip>
        ) : null}
      </span>
      <Tooltip content={t(`models.${tools}Hint`)}>
        <span className="w-24 shrink-0 text-right">
          <Badge tone={model.tools === true ? 'ok' : 'neutral'} icon={model.tools === true ? 'wrench' : 'message-square'}>
            {t(`models.${tools}`)}
          </Badge>
        </span>
      </Tooltip>
      <Menu trigger={<IconButton icon="ellipsis" label={t('models.more', { name: model.name })} />}>
        <MenuItem icon="check" disabled={isDefault} onSelect={onDefault}>
          {t('models.makeDefault')}
        </MenuItem>
        <MenuSeparator />
        <MenuLabel>{t('models.sight')}</MenuLabel>
        <MenuItem icon="sparkles" checked={sight === undefined} onSelect={() => onSight(undefined)}>
          {t(saidOfSight === undefined ? 'models.sightAutoSilent' : saidOfSight ? 'models.sightAutoYes' : 'models.sightAutoNo')}
        </MenuItem>
        <MenuItem icon="image" checked={sight === true} onSelect={() => onSight(true)}>
          {t('models.sightYes')}
        </MenuItem>
        <MenuItem icon="ban" checked={sight === false} onSelect={() => onSight(false)}>
          {t('models.sightNo')}
        </MenuItem>
        {canRemove ? (
          <>
            <MenuSeparator />
            <MenuItem icon="trash-2" danger onSelect={onRemove}>
              {t('models.removeModel')}
            </MenuItem>
          </>
        ) : null}
      </Menu>
    </li>
  );
}
