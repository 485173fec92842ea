import type { SecretInfo, SecretKind } from '../../../shared/model/vault.ts';
import { useT } from '../../strings/index.ts';
import { cn, Icon, IconButton, Menu, MenuItem, MenuSeparator, TimeAgo, toast } from '../../ui/index.ts';
import { ExpiryBadge } from './expiry.tsx';

export const kindIcons: Record<SecretKind, string> = {
  token: 'key-round',
  login: 'user-round',
  'key-file': 'file-text',
  note: 'sticky-note',
};

export interface SecretRowProps {
  secret: SecretInfo;
  isSelected: boolean;
  canChange: boolean;
  onOpen(): void;
  onReplace(): void;
  onRemove(): void;
}

export function SecretRow({ secret, isSelected, canChange, onOpen, onReplace, onRemove }: SecretRowProps) {
  const t = useT('vault');
  const { name, note, updatedAt, lastUsedAt, usedBy, kind = 'token' } = secret;
  return (
    <li
      className={cn(
        'group relative flex min-h-[52px] items-center gap-2.5 rounded-sm px-2.5 hover:bg-sunken dark:hover:bg-panel',
        isSelected && 'bg-raised shadow-raised hover:bg-raised dark:hover:bg-raised',
      )}
    >
      <Icon name={kindIcons[kind]} className="shrink-0 text-ink-3" />
      <button
        type="button"
        data-row=""
        aria-current={isSelected || undefined}
        onClick={onOpen}
        className="min-w-0 flex-1 py-1.5 text-left after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent"
      >
        <span className="flex min-w-0 items-baseline gap-2">
          <span className="truncate font-mono text-base">{name}</span>
          <span className="min-w-0 flex-1 truncate text-ink-2 text-sm">{note}</span>
        </span>
        <span className="block truncate text-ink-3 text-xs">
          {t(`kinds.${kind}`)} · {usedBy.length === 0 ? t('unused') : t('usedBy', { who: usedBy.join(', ') })} ·{' '}
          {lastUsedAt === undefined ? t('changed') : t('lastUsed')} <TimeAgo at={lastUsedAt ?? updatedAt} />
        </span>
      </button>
      <ExpiryBadge secret={secret} />
      <span className="relative">
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
      </span>
    </li>
  );
}
