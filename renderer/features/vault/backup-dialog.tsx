import { client } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Dialog, toast } from '../../ui/index.ts';
import { fileIn, stamp } from './keys-dialog.tsx';
import { NewPassphrase } from './new-passphrase.tsx';

export function BackupDialog({ onClose }: { onClose(): void }) {
  const t = useT('vault');
  return (
    <Dialog open onOpenChange={onClose} title={t('backupTitle')} description={t('backupText')}>
      <NewPassphrase
        isWide
        action={t('backupWrite')}
        onSave={async (passphrase) => {
          const file = await fileIn(t('backupFolder'), `orrery-vault-${stamp()}.backup`);
          if (file === undefined) return;
          const made = await client.vault.makeBackup({ file, passphrase });
          toast({ title: t('backupDone', { count: made.entries, file: made.file }), tone: 'ok' });
          onClose();
        }}
      />
    </Dialog>
  );
}
