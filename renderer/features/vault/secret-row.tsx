import type { SecretInfo, SecretKind } from '../../../shared/model/vault.ts';
import { useT } from '../../strings/index.ts';
import { Icon, IconButton, Menu, MenuItem, MenuSeparator, OpenRow, TimeAgo, toast } from '../../ui/index.ts';
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
    <OpenRow
      isSelected={isSelected}
      onOpen={onOpen}
      lead={<Icon name={kindIcons[kind]} className="shrink-0 text-ink-3" />}
      side={
        <>
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
        </>
      }
    >
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="truncate font-mono text-base">{name}</span>
        <span className="min-w-0 flex-1 truncate text-ink-2 text-sm">{note}</span>
      </span>
      <span className="block truncate text-ink-3 text-xs">
        {t(`kinds.${kind}`)} · {usedBy.length === 0 ? t('unused') : t('usedBy', { who: usedBy.join(', ') })} ·{' '}
        {lastUsedAt === undefined ? t('changed') : t('lastUsed')} <TimeAgo at={lastUsedAt ?? updatedAt} />
      </span>
    </OpenRow>
  );
}
