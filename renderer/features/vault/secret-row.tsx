import type { SecretInfo } from '../../../shared/model/vault.ts';
import { useT } from '../../strings/index.ts';
import { Icon, IconButton, Menu, MenuItem, MenuSeparator, TimeAgo, toast } from '../../ui/index.ts';

export interface SecretRowProps {
  secret: SecretInfo;
  canChange: boolean;
  onReplace(): void;
  onRemove(): void;
}

export function SecretRow({ secret, canChange, onReplace, onRemove }: SecretRowProps) {
  const t = useT('vault');
  const { name, note, updatedAt, lastUsedAt, usedBy } = secret;
  return (
    <li className="flex min-h-13 items-center gap-2.5 py-1.5">
      <Icon name="key-round" className="shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1">
        <div className="flex min-w-0 items-baseline gap-2">
          <span className="truncate font-mono text-base">{name}</span>
          <span className="min-w-0 flex-1 truncate text-ink-2 text-sm">{note}</span>
        </div>
        <div className="truncate text-ink-3 text-xs">
          {usedBy.length === 0 ? t('unused') : t('usedBy', { who: usedBy.join(', ') })} · {t('changed')} <TimeAgo at={updatedAt} />
          {lastUsedAt === undefined ? null : (
            <>
              {' · '}
              {t('lastUsed')} <TimeAgo at={lastUsedAt} />
            </>
          )}
        </div>
      </div>
      <Menu trigger={<IconButton icon="ellipsis" label={t('more', { name })} />}>
        <MenuItem
          icon="copy"
          onSelect={() => {
            void navigator.clipboard.writeText(`\${secret:${name}}`).then(() => toast(t('copied')));
          }}
        >
          {t('copyHandle')}
        </MenuItem>
        <MenuItem icon="pencil" disabled={!canChange} onSelect={onReplace}>
          {t('replace')}
        </MenuItem>
        <MenuSeparator />
        <MenuItem icon="trash-2" danger onSelect={onRemove}>
          {t('remove')}
        </MenuItem>
      </Menu>
    </li>
  );
}
