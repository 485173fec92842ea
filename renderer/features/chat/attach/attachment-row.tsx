// Something of a tool server in a message: one line that says what it is and whose words they are, which opens to exactly what the model is
// given.

import { type ReactNode, useState } from 'react';
import type { AttachmentPart } from '../../../../shared/model/chat.ts';
import { contentText } from '../../../../shared/model/tool.ts';
import { visibleText } from '../../../markdown/hidden.ts';
import { useT } from '../../../strings/index.ts';
import { formatBytes, Icon, IconButton } from '../../../ui/index.ts';
import { ContentPart } from '../../tools/index.ts';

/** `onRemove`: it is not sent yet. */
export function AttachmentRow({ part, onRemove }: { part: AttachmentPart; onRemove?: () => void }): ReactNode {
  const t = useT('chat');
  const [isOpen, setOpen] = useState(false);
  const title = visibleText(part.title);
  const from = t(`attach.from-${part.source.kind}`, { name: part.serverTitle });
  return (
    <div className="chat-attachment">
      <div className="chat-attachment-line">
        <button type="button" className="chat-attachment-open" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={iconOf(part)} size={14} />
          <span className="chat-attachment-title">{title}</span>
          <span className="chat-attachment-from">{[from, detailOf(part)].filter((each) => each !== '').join(' · ')}</span>
          <span className="chat-attachment-size">{formatBytes(sizeOf(part))}</span>
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size={14} />
        </button>
        {onRemove === undefined ? null : <IconButton size="s" icon="x" label={t('attach.remove', { title })} onClick={onRemove} />}
      </div>
      {isOpen ? <Contents part={part} /> : null}
    </div>
  );
}

function Contents({ part }: { part: AttachmentPart }): ReactNode {
  const t = useT('chat');
  const isTalk = part.messages.some(({ role }) => role === 'assistant');
  return (
    <div className="chat-attachment-body">
      <p className="chat-attachment-note">{t('attach.theirWords', { name: part.serverTitle })}</p>
      {part.messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message is its place in what was given
        <div key={index} className="flex min-w-0 flex-col gap-1">
          {isTalk ? <span className="text-ink-3 text-sm">{t(`attach.role-${message.role}`)}</span> : null}
          <ContentPart part={message.content} server={part.server} />
        </div>
      ))}
    </div>
  );
}

const iconOf = ({ source, messages }: AttachmentPart) =>
  source.kind === 'prompt' ? 'message-square' : messages.some(({ content }) => content.type === 'image') ? 'image' : 'file-text';

const detailOf = ({ source }: AttachmentPart): string =>
  source.kind === 'prompt'
    ? Object.entries(source.args)
        .map(([name, value]) => `${visibleText(name)}: ${visibleText(value)}`)
        .join(', ')
    : visibleText(source.uri);

const sizeOf = ({ messages }: AttachmentPart): number =>
  messages.reduce(
    (sum, { content }) =>
      sum +
      (content.type === 'image' || content.type === 'audio'
        ? Math.floor((content.data.length * 3) / 4)
        : new Blob([contentText(content)]).size),
    0,
  );
