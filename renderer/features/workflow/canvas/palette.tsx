// The searchable list of node types. Opened by the button, a double click, the keys, or a line dropped on nothing; then it
// offers only what fits that line.

import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { NodeDescriptor, NodeFamily } from '../../../../shared/model/node-descriptor.ts';
import { useT } from '../../../strings/index.ts';
import { Dialog, Icon, SearchField } from '../../../ui/index.ts';
import { useEditor } from '../editor/context.ts';
import type { Position } from '../model/changes.ts';
import { fittingPort, type OpenEnd, searchEntries } from '../model/connections.ts';

export interface PaletteWish {
  at: Position;
  open?: OpenEnd | undefined;
}

const order: NodeFamily[] = ['trigger', 'flow', 'data', 'tool', 'model', 'memory', 'person', 'output', 'note'];

interface Props {
  wish: PaletteWish | undefined;
  onClose(): void;
  onChoose(descriptor: NodeDescriptor, wish: PaletteWish): void;
  /** The dialog has gone, with or without a choice. */
  onClosed(): void;
}

export function Palette({ wish, onClose, onChoose, onClosed }: Props) {
  const t = useT('workflow');
  // A chosen node takes the focus; the closing dialog must not take it back, however late it goes.
  const hasChosen = useRef(false);
  useEffect(() => {
    if (wish !== undefined) hasChosen.current = false;
  }, [wish]);
  return (
    <Dialog
      returnsFocus={() => !hasChosen.current}
      onClosed={onClosed}
      open={wish !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={t(wish?.open === undefined ? 'palette.title' : 'palette.fitting')}
    >
      {wish !== undefined && (
        <PaletteList
          wish={wish}
          onChoose={(descriptor) => {
            hasChosen.current = true;
            onClose();
            onChoose(descriptor, wish);
          }}
        />
      )}
    </Dialog>
  );
}

/** Which tool server an entry's tool belongs to: two may offer a tool of the same name. */
const serverOf = ({ kind, entry, defaults }: NodeDescriptor): string | undefined =>
  entry !== kind && typeof defaults.server === 'string' ? defaults.server : undefined;

function PaletteList({ wish, onChoose }: { wish: PaletteWish; onChoose(descriptor: NodeDescriptor): void }) {
  const t = useT('workflow');
  const catalog = useEditor((state) => state.catalog);
  const document = useEditor((state) => state.history.document);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);

  const entries = useMemo(() => {
    const { open } = wish;
    const offered = catalog.entries.filter(({ imported }) => imported?.offered !== false);
    const fitting = open === undefined ? offered : offered.filter((entry) => fittingPort(document, catalog, entry, open) !== undefined);
    const found = searchEntries(fitting, query);
    return query.trim() === '' ? found.toSorted((a, b) => order.indexOf(a.family) - order.indexOf(b.family)) : found;
  }, [catalog, document, query, wish]);
  const current = Math.min(active, entries.length - 1);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(entries.length - 1, to));
    setActive(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') move(current + 1);
    else if (event.key === 'ArrowUp') move(current - 1);
    else if (event.key === 'Enter') {
      const entry = entries[current];
      if (entry !== undefined) onChoose(entry);
    } else return;
    event.preventDefault();
  };

  return (
    <>
      <SearchField
        label={t('palette.search')}
        value={query}
        onChange={(text) => {
          setQuery(text);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries.length === 0 ? undefined : `${listId}-${current}`}
        autoFocus
      />
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label={t('palette.title')}
        className="-mx-2 h-[min(420px,46vh)] shrink-0 overflow-y-auto px-2"
      >
        {entries.length === 0 && (
          <p className="py-6 text-center text-ink-2">{t(catalog.entries.length === 0 ? 'loading' : 'palette.none')}</p>
        )}
        {entries.map((entry, index) => (
          <div key={entry.entry}>
            {query.trim() === '' && entries[index - 1]?.family !== entry.family && (
              <div className="px-2 pt-2.5 pb-1 text-2xs text-ink-3">{t(`family.${entry.family}`)}</div>
            )}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the search line keeps the focus and names the active one */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the search line handles the keys */}
            <div
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === current}
              data-index={index}
              className="flex min-h-9 cursor-default items-center gap-2.5 rounded-sm px-2 py-1 aria-selected:bg-accent-soft"
              onMouseMove={() => index !== current && setActive(index)}
              onClick={() => onChoose(entry)}
            >
              <span className="wf-tile" data-family={entry.family}>
                <Icon name={entry.icon} size={15} />
              </span>
              <span className="shrink-0 font-medium text-ink">{entry.title}</span>
              <span className="min-w-0 flex-1 truncate text-sm text-ink-3">{entry.description}</span>
              {serverOf(entry) !== undefined && <span className="shrink-0 text-2xs text-ink-3">{serverOf(entry)}</span>}
            </div>
          </div>
        ))}
      </div>
    </>
  );
}
