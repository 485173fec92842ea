// The folders of a grant as a form: chosen in a dialog of the system, taken out with a click.

import { toAppError } from '../../api/index.ts';
import { pickFolder, useWithTilde } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Icon, IconButton, SectionTitle, toast } from '../../ui/index.ts';

export interface FolderListProps {
  folders: readonly string[];
  onChange(folders: string[]): void;
  words: {
    hint: string;
    none: string;
    /** Over the dialog of the system. */
    pick: string;
  };
}

export function FolderList({ folders, onChange, words }: FolderListProps) {
  const t = useT('agents');
  const add = async (): Promise<void> => {
    try {
      const folder = await pickFolder({ title: words.pick });
      if (folder !== null && !folders.includes(folder)) onChange([...folders, folder]);
    } catch (error) {
      toast.error(toAppError(error));
    }
  };
  return (
    <section className="flex flex-col gap-1">
      <SectionTitle
        actions={
          <Button variant="ghost" size="s" icon="folder-plus" onClick={() => void add()}>
            {t('addFolder')}
          </Button>
        }
      >
        {t('folders')}
      </SectionTitle>
      <p className="m-0 pb-1 text-ink-3 text-sm">{words.hint}</p>
      {folders.length === 0 ? (
        <p className="m-0 text-ink-2">{words.none}</p>
      ) : (
        <GrantLines
          icon="folder"
          values={folders}
          removal={(path) => t('removeFolder', { path })}
          onRemove={(folder) => onChange(folders.filter((other) => other !== folder))}
        />
      )}
    </section>
  );
}

interface LinesProps {
  icon: string;
  values: readonly string[];
  removal(value: string): string;
  onRemove(value: string): void;
}

/** Folders or hosts, one a line, each with its way out. */
export function GrantLines({ icon, values, removal, onRemove }: LinesProps) {
  const short = useWithTilde();
  return (
    <ul className="m-0 list-none divide-y divide-line border-line border-y p-0">
      {values.map((value) => (
        <li key={value} className="flex min-h-[34px] items-center gap-2">
          <Icon name={icon} size={15} className="shrink-0 text-ink-3" />
          <span className="min-w-0 flex-1 font-mono text-sm [overflow-wrap:anywhere]" title={value}>
            {short(value)}
          </span>
          <IconButton icon="x" label={removal(value)} onClick={() => onRemove(value)} />
        </li>
      ))}
    </ul>
  );
}
