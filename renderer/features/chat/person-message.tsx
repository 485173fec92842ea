import { memo, type ReactNode, useEffect, useRef, useState } from 'react';
import type { AttachmentPart, Message } from '../../../shared/model/chat.ts';
import { useT } from '../../strings/index.ts';
import { Button, CopyButton, IconButton, TextArea } from '../../ui/index.ts';
import { AttachmentRow } from './attach/attachment-row.tsx';

interface Props {
  message: Message;
  text: string;
  attached: readonly AttachmentPart[];
  editing: boolean;
  /** False while a turn runs. */
  canEdit: boolean;
  onEdit: (message: string | null) => void;
  onResend: (message: Message, text: string) => Promise<boolean>;
}

/** What the person wrote: the one bubble. Editing happens in its place and starts the answer anew. */
export const PersonMessage = memo(({ message, text, attached, editing, canEdit, onEdit, onResend }: Props): ReactNode => {
  const t = useT('chat');
  const above =
    attached.length === 0 ? null : (
      <section className="chat-attachments chat-attachments-sent" aria-label={t('attach.attached')}>
        {attached.map((part) => (
          <AttachmentRow key={part.id} part={part} />
        ))}
      </section>
    );
  if (editing)
    return (
      <>
        {above}
        <Editor message={message} text={text} onClose={() => onEdit(null)} onResend={onResend} />
      </>
    );
  return (
    <>
      {above}
      <div className="chat-person">
        <div className="chat-person-actions">
          {text === '' ? null : <CopyButton text={text} label={t('copyMessage')} />}
          {canEdit && <IconButton size="s" icon="pencil" label={t('edit')} onClick={() => onEdit(message.id)} />}
        </div>
        {text === '' ? null : <div className="chat-bubble">{text}</div>}
      </div>
    </>
  );
});
PersonMessage.displayName = 'PersonMessage';

function Editor({
  message,
  text,
  onClose,
  onResend,
}: {
  message: Message;
  text: string;
  onClose: () => void;
  onResend: Props['onResend'];
}): ReactNode {
  const t = useT('chat');
  const [value, setValue] = useState(text);
  const [busy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(text.length, text.length);
  }, [text]);
  const send = async (): Promise<void> => {
    if (value.trim() === '' || busy) return;
    setBusy(true);
    if (await onResend(message, value.trim())) onClose();
    else setBusy(false);
  };
  return (
    <div className="chat-editor">
      <TextArea
        ref={area}
        autoGrow
        rows={1}
        aria-label={t('edit')}
        value={value}
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            void send();
          }
        }}
      />
      <div className="chat-editor-foot">
        <span className="chat-hint">{t('editHint')}</span>
        <Button variant="ghost" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button variant="primary" disabled={busy || value.trim() === ''} onClick={() => void send()}>
          {t('resend')}
        </Button>
      </div>
    </div>
  );
}
