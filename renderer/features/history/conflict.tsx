// One thing that was changed since: what is there now, and what to do with it.

import { useState } from 'react';
import type { ChangeImage, UndoChoice, UndoItem } from '../../../shared/model/change.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { cn, ErrorNote, formatBytes, Icon, Select, Skeleton } from '../../ui/index.ts';
import { Lines } from './difference.tsx';
import { canBeBeside } from './planned.ts';
import { iconOf } from './words.ts';

export function Conflict({ item, choice, onChoose }: { item: UndoItem; choice: UndoChoice; onChoose(choice: UndoChoice): void }) {
  const t = useT('history');
  const { change, words } = item;
  const [isOpen, setOpen] = useState(false);
  // Putting back what was not there is deleting what is there now.
  const wasNothing = (change.op ?? 'write') === 'write' && change.before === null;
  const options: UndoChoice[] = canBeBeside(change) ? ['keep', 'restore', 'beside'] : ['keep', 'restore'];
  return (
    <div className="mb-2.5 rounded-md border border-line px-3 py-2">
      <div className="flex min-w-0 items-center gap-2">
        <Icon name={iconOf(change)} size={14} className="shrink-0 text-ink-3" />
        <span className="min-w-0 flex-1 truncate font-medium text-ink" title={change.target}>
          {change.title}
        </span>
        <Select
          aria-label={t('choice.label', { title: change.title })}
          className="w-48 shrink-0"
          value={choice}
          onChange={(next) => onChoose(next as UndoChoice)}
          options={options.map((value) => ({ value, label: t(`choice.${value === 'restore' && wasNothing ? 'remove' : value}`) }))}
        />
      </div>
      <p className="m-0 mt-0.5 text-ink-2 text-sm">{words}</p>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="mt-1 flex items-center gap-1 rounded-sm text-accent-ink text-sm hover:underline"
      >
        <Icon name="chevron-right" size={13} className={cn('transition-transform duration-120', isOpen && 'rotate-90')} />
        {t('choice.see')}
      </button>
      {isOpen ? <PutBack change={change} /> : null}
    </div>
  );
}

/** From what is there now to what was before: what putting it back takes away, and what it brings. */
function PutBack({ change }: { change: UndoItem['change'] }) {
  const t = useT('history');
  const detail = useCall((signal) => client.undo.getChange({ id: change.id }, { signal }), [change.id]);
  if (detail.error !== undefined) return <ErrorNote error={detail.error} className="mt-2" />;
  if (detail.data === undefined) return <Skeleton className="mt-2 h-12 w-full" />;
  const { now, before } = detail.data;
  const image = (state: ChangeImage | null): string =>
    state === null ? t('nothing') : `${formatBytes(state.bytes)}${state.why === undefined ? '' : ` · ${state.why}`}`;
  const isText = [now, before].every((state) => state === null || state.text !== undefined);
  return (
    <div className="mt-2">
      {isText ? (
        <Lines before={now?.text ?? ''} after={before?.text ?? ''} />
      ) : (
        <p className="m-0 text-ink-2 text-sm">
          {t('now')}: {image(now)}. {t('before')}: {image(before)}.
        </p>
      )}
    </div>
  );
}
