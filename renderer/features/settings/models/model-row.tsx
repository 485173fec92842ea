import type { ModelInfo } from '../../../../shared/model/model.ts';
import { useT } from '../../../strings/index.ts';
import { Badge, Bytes, IconButton, Menu, MenuItem, MenuSeparator, Tooltip } from '../../../ui/index.ts';

export interface ModelRowProps {
  model: ModelInfo;
  isDefault: boolean;
  canRemove: boolean;
  onDefault(): void;
  onRemove(): void;
}

const thousands = (tokens: number): string => (tokens >= 1000 ? `${Math.round(tokens / 1024)}k` : String(tokens));

export function ModelRow({ model, isDefault, canRemove, onDefault, onRemove }: ModelRowProps) {
  const t = useT('settings');
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
