import type { MemoryItem } from '../../../shared/model/memory.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, Code, formatDateTime, IconButton } from '../../ui/index.ts';
import { LastChange } from '../why/index.ts';
import { SourceLink } from './source.tsx';

export interface ItemDetailProps {
  item: MemoryItem;
  onEdit(): void;
  onForget(): void;
  onClose(): void;
}

export function ItemDetail({ item, onEdit, onForget, onClose }: ItemDetailProps) {
  const t = useT('memory');
  return (
    <div className="flex min-h-full flex-col">
      <div className="flex h-12 shrink-0 items-center gap-1 px-4">
        <h2 className="min-w-0 flex-1 truncate font-semibold text-md">{t('detail')}</h2>
        <IconButton icon="x" label={t('close')} onClick={onClose} />
      </div>
      <div className="flex flex-1 flex-col gap-4 px-4 pb-4">
        <p className="m-0 select-text whitespace-pre-wrap text-ink text-md [overflow-wrap:anywhere]">{item.text}</p>
        <div className="flex flex-wrap gap-1">
          {item.tags.length === 0 ? (
            <span className="text-ink-3 text-sm">{t('noTags')}</span>
          ) : (
            item.tags.map((tag) => <Badge key={tag}>{tag}</Badge>)
          )}
        </div>
        <dl className="m-0 grid grid-cols-[88px_1fr] gap-y-1 border-line border-t pt-3 text-sm">
          <dt className="text-ink-3">{t('source')}</dt>
          <dd className="m-0 min-w-0 [overflow-wrap:anywhere]">
            <SourceLink source={item.source} />
          </dd>
          <dt className="text-ink-3">{t('created')}</dt>
          <dd className="tabular m-0">{formatDateTime(item.createdAt)}</dd>
          {item.updatedAt === item.createdAt ? null : (
            <>
              <dt className="text-ink-3">{t('updated')}</dt>
              <dd className="tabular m-0">{formatDateTime(item.updatedAt)}</dd>
            </>
          )}
          {item.key === undefined ? null : (
            <>
              <dt className="text-ink-3">{t('key')}</dt>
              <dd className="m-0 min-w-0" title={t('keyHint')}>
                <Code>{item.key}</Code>
              </dd>
            </>
          )}
        </dl>
        <LastChange kind="memory" target={item.id} version={item.updatedAt} />
      </div>
      <div className="sticky bottom-0 flex gap-2 border-line border-t bg-panel px-4 py-3">
        <Button icon="pencil" onClick={onEdit}>
          {t('edit')}
        </Button>
        <Button variant="ghost" icon="trash-2" onClick={onForget}>
          {t('forget')}
        </Button>
      </div>
    </div>
  );
}
