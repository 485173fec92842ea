import { Badge, cn, TimeAgo } from '../../ui/index.ts';
import { snippetParts } from './snippet.ts';
import { useSourceWords } from './source.tsx';
import type { Shown } from './use-memory.ts';

export function MemoryRow({ item, isSelected, onOpen }: { item: Shown; isSelected: boolean; onOpen(): void }) {
  const words = useSourceWords();
  const shownTags = item.tags.slice(0, 3);
  return (
    <button
      type="button"
      aria-current={isSelected || undefined}
      onClick={onOpen}
      className={cn(
        '-outline-offset-2 flex h-[50px] w-full shrink-0 flex-col justify-center rounded-sm px-2 text-left hover:bg-sunken dark:hover:bg-panel',
        isSelected && 'bg-raised shadow-raised hover:bg-raised dark:hover:bg-raised',
      )}
    >
      <span className="block w-full truncate text-ink">
        {item.snippet === undefined
          ? item.text.replaceAll('\n', ' ')
          : snippetParts(item.snippet.replaceAll('\n', ' ')).map((part, index) =>
              // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other identity
              part.isMatch ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
            )}
      </span>
      <span className="flex w-full items-center gap-1.5 text-ink-3 text-xs">
        <span className="min-w-0 truncate">
          {words(item.source)} · <TimeAgo at={item.updatedAt} />
        </span>
        {shownTags.map((tag) => (
          <Badge key={tag} className="h-4 max-w-32 px-1 text-2xs">
            <span className="min-w-0 truncate">{tag}</span>
          </Badge>
        ))}
        {item.tags.length > shownTags.length ? <span>+{item.tags.length - shownTags.length}</span> : null}
      </span>
    </button>
  );
}
