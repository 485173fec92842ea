import { useRef, useState } from 'react';
import type { MemoryItem } from '../../../shared/model/memory.ts';
import { client } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, Dialog, ErrorNote, Field, Input, TextArea } from '../../ui/index.ts';
import { parseTags } from './snippet.ts';

export interface ItemDialogProps {
  /** Missing for something new. */
  item: MemoryItem | undefined;
  onClose(): void;
  onSaved(item: MemoryItem): void;
}

export function ItemDialog({ item, onClose, onSaved }: ItemDialogProps) {
  const t = useT('memory');
  const [text, setText] = useState(item?.text ?? '');
  const [tags, setTags] = useState(item?.tags.join(', ') ?? '');
  const area = useRef<HTMLTextAreaElement>(null);
  const task = useTask();
  const save = (): void => {
    if (text.trim() === '') return;
    const draft = { text: text.trim(), tags: parseTags(tags), ...(item?.key === undefined ? {} : { key: item.key }) };
    void task.run(async () =>
      onSaved(await (item === undefined ? client.memory.add({ draft }) : client.memory.edit({ id: item.id, draft }))),
    );
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      initialFocus={area}
      title={item === undefined ? t('dialogAdd') : t('dialogEdit')}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button variant="primary" loading={task.isBusy} disabled={text.trim() === ''} onClick={save}>
            {item === undefined ? t('remember') : t('save')}
          </Button>
        </>
      }
    >
      <Field label={t('text')}>
        <TextArea
          ref={area}
          autoGrow
          rows={4}
          maxLength={20_000}
          placeholder={t('textPlaceholder')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
          }}
        />
      </Field>
      <Field label={t('tags')} hint={t('tagsHint')}>
        <Input value={tags} onChange={(event) => setTags(event.currentTarget.value)} />
      </Field>
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </Dialog>
  );
}
