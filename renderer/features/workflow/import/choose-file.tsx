import { useRef } from 'react';
import type { AppErrorShape } from '../../../../shared/errors.ts';
import { useT } from '../../../strings/index.ts';
import { Button, DropZone, ErrorNote, TextArea } from '../../../ui/index.ts';

interface Props {
  error: AppErrorShape | undefined;
  pasted: string;
  onPaste(text: string): void;
  onFile(file: File): void;
  onRead(): void;
}

/** Where the file comes from: dropped, chosen or pasted. */
export function ChooseFile({ error, pasted, onPaste, onFile, onRead }: Props) {
  const t = useT('importing');
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      {error !== undefined && (
        <div>
          <ErrorNote error={error} />
          {error.place !== undefined && error.place !== '' && !error.message.includes(error.place) && (
            <p className="px-2.5 pt-1 font-mono text-sm text-ink-2">{t('place', { place: error.place })}</p>
          )}
        </div>
      )}
      <DropZone label={t('drop')} icon="file-json" onFile={onFile}>
        <Button icon="upload" onClick={() => input.current?.click()}>
          {t('choose')}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".json,.yaml,.yml,.rivet-project,application/json"
          className="hidden"
          tabIndex={-1}
          aria-hidden="true"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file !== undefined) onFile(file);
          }}
        />
      </DropZone>
      <div className="flex flex-col gap-1.5">
        <label htmlFor="import-text" className="text-ink-2 text-sm">
          {t('or')}
        </label>
        <TextArea
          id="import-text"
          mono
          rows={5}
          value={pasted}
          aria-label={t('paste')}
          spellCheck={false}
          onChange={(event) => onPaste(event.target.value)}
        />
        {pasted.trim() !== '' && (
          <div>
            <Button onClick={onRead}>{t('read')}</Button>
          </div>
        )}
      </div>
    </>
  );
}
