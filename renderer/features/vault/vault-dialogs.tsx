// What can be open over the vault: its keys, a file that comes in, a backup that goes out. One at a time.

import type { VaultStatus } from '../../../shared/model/vault.ts';
import { useT } from '../../strings/index.ts';
import { Button, Icon, Menu, MenuItem } from '../../ui/index.ts';
import { BackupDialog } from './backup-dialog.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { TakeInDialog } from './take-in-dialog.tsx';

export type VaultDialog = 'keys' | 'import' | 'restore' | 'backup';

export function VaultMenu({ canBackUp, onChoose }: { canBackUp: boolean; onChoose(dialog: VaultDialog): void }) {
  const t = useT('vault');
  return (
    <Menu
      trigger={
        <Button>
          {t('menu')}
          <Icon name="chevron-down" size={14} className="text-ink-3" />
        </Button>
      }
    >
      <MenuItem icon="file-input" onSelect={() => onChoose('import')}>
        {t('import')}
      </MenuItem>
      <MenuItem icon="file-down" disabled={!canBackUp} onSelect={() => onChoose('backup')}>
        {t('backup')}
      </MenuItem>
      <MenuItem icon="rotate-ccw" onSelect={() => onChoose('restore')}>
        {t('restore')}
      </MenuItem>
    </Menu>
  );
}

interface Props {
  open: VaultDialog | undefined;
  status: VaultStatus | undefined;
  onStatus(status: VaultStatus): void;
  onClose(): void;
  /** Secrets came in. */
  onTakenIn(): void;
}

export function VaultDialogs({ open, status, onStatus, onClose, onTakenIn }: Props) {
  switch (open) {
    case 'keys':
      return status === undefined ? null : <KeysDialog status={status} onStatus={onStatus} onClose={onClose} />;
    case 'import':
    case 'restore':
      return (
        <TakeInDialog
          kind={open}
          onClose={onClose}
          onDone={() => {
            onClose();
            onTakenIn();
          }}
        />
      );
    case 'backup':
      return <BackupDialog onClose={onClose} />;
    case undefined:
      return null;
  }
}
