import { toAppError } from '../../../api/index.ts';
import { pickFile, pickFolder } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { IconButton, toastError } from '../../../ui/index.ts';

interface Props {
  kind: 'file' | 'folder';
  /** Of the dialog. */
  title: string;
  /** What is there now; a template is no place to start from. */
  value: string;
  disabled?: boolean;
  onPick(path: string): void;
}

export function PickButton({ kind, title, value, disabled, onPick }: Props) {
  const t = useT('workflow');
  const pick = async () => {
    const start = value === '' || value.includes('{{') ? undefined : value;
    try {
      const path = await (kind === 'folder' ? pickFolder : pickFile)({ title, start });
      if (path !== null) onPick(path);
    } catch (thrown) {
      toastError(toAppError(thrown));
    }
  };
  return (
    <IconButton
      label={t(kind === 'folder' ? 'fields.pick-folder' : 'fields.pick-file')}
      icon={kind === 'folder' ? 'folder-open' : 'file-search'}
      variant="default"
      disabled={disabled ?? false}
      onClick={() => void pick()}
    />
  );
}
