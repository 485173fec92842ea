import { toAppError } from '../../../api/index.ts';
import { pickFolder } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, EmptyState, Icon, IconButton, toast } from '../../../ui/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';
import { type Change, WithSettings } from '../use-settings-form.tsx';

function Folders() {
  const t = useT('settings');
  const add = async (folders: readonly string[], change: Change): Promise<void> => {
    try {
      const folder = await pickFolder({ title: t('folders.pickTitle') });
      if (folder === null) return;
      if (folders.includes(folder)) toast(t('folders.already'));
      else await change({ folders: [...folders, folder] });
    } catch (error) {
      toast.error(toAppError(error));
    }
  };
  return (
    <WithSettings>
      {({ folders }, change) => {
        const button = (
          <Button icon="folder-plus" variant={folders.length === 0 ? 'primary' : 'default'} onClick={() => void add(folders, change)}>
            {t('folders.add')}
          </Button>
        );
        return (
          <>
            <p className="m-0 text-ink-2">{t('folders.intro')}</p>
            {folders.length === 0 ? (
              <EmptyState icon="folder" title={t('folders.empty')} text={t('folders.emptyText')} action={button} />
            ) : (
              <>
                <ul className="m-0 flex list-none flex-col divide-y divide-line border-line border-y p-0">
                  {folders.map((folder) => (
                    <li key={folder} className="flex min-h-9 items-center gap-2">
                      <Icon name="folder" className="shrink-0 text-ink-3" />
                      <span className="min-w-0 flex-1 py-1 font-mono text-sm [overflow-wrap:anywhere]">{folder}</span>
                      <IconButton
                        icon="x"
                        label={t('folders.remove', { path: folder })}
                        onClick={() => void change({ folders: folders.filter((other) => other !== folder) })}
                      />
                    </li>
                  ))}
                </ul>
                <div>{button}</div>
              </>
            )}
          </>
        );
      }}
    </WithSettings>
  );
}

export const foldersPage: SettingsPageSpec = {
  id: 'folders',
  icon: 'folder',
  order: 30,
  words: 'files allowed grant paths',
  Content: Folders,
};
