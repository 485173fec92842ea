// Ctrl-K: one line, results under headings; Enter does the chosen one, Ctrl-Enter asks an agent, Esc closes.

import { Dialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { useEffect, useRef, useState } from 'react';
import { toAppError } from '../api/index.ts';
import { useT } from '../strings/index.ts';
import { cn, Icon, Kbd, toast } from '../ui/index.ts';
import { Mark } from './mark.tsx';
import { type PaletteEntry, type PaletteGroup, sections } from './palette-entries.ts';
import { useShell } from './store.ts';
import { askAgent, usePaletteEntries } from './use-palette-entries.ts';

const tiles: Record<PaletteGroup, string> = {
  workflows: 'bg-tool/15 text-tool',
  ask: 'bg-model/15 text-model',
  commands: 'bg-flow/15 text-ink-2',
  goto: 'bg-flow/15 text-ink-2',
  find: 'bg-data/15 text-data',
};

function Row({ entry, onRun }: { entry: PaletteEntry; onRun(): void }) {
  return (
    <Command.Item
      value={entry.id}
      onSelect={onRun}
      className="group flex h-[34px] cursor-default select-none items-center gap-2.5 rounded-sm px-2 text-base data-[selected=true]:bg-accent-soft"
    >
      <span
        className={cn(
          'flex size-6 shrink-0 items-center justify-center rounded-sm',
          tiles[entry.group],
          entry.icon === 'brain' && 'bg-mem/15 text-mem',
        )}
      >
        <Icon name={entry.icon} size={14} />
      </span>
      <span className="max-w-[70%] shrink-0 truncate text-ink">{entry.title}</span>
      {entry.text === undefined ? null : <span className="min-w-0 flex-1 truncate text-sm text-ink-2">{entry.text}</span>}
      <span className="ml-auto flex shrink-0 items-center gap-1.5">
        {entry.keys === undefined ? null : <Kbd keys={entry.keys} className="group-data-[selected=true]:hidden" />}
        <Kbd keys="Enter" className="hidden group-data-[selected=true]:inline-flex" />
      </span>
    </Command.Item>
  );
}

/** The palette goes at once, too fast for the dialog to give the focus back: where it was before, unless something took it. */
function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      setTimeout(() => {
        const isNowhere = document.activeElement === null || document.activeElement === document.body;
        if (isNowhere && before instanceof HTMLElement && before.isConnected) before.focus();
      });
    },
    [before],
  );
}

export function Palette() {
  const t = useT('shell');
  const close = useShell((state) => state.closePalette);
  const [query, setQuery] = useState(useShell.getState().paletteText);
  useFocusBack();
  const { entries, agents, error } = usePaletteEntries(query);
  const found = sections(entries, query);
  // Finds arrive one after the other. Until the person moves, the first is the chosen one, whatever came first.
  const [picked, setPicked] = useState<string>();
  const hasMoved = useRef(false);
  const ids = found.flatMap((section) => section.entries.map((entry) => entry.id));
  const chosen = picked !== undefined && ids.includes(picked) ? picked : (ids[0] ?? '');
  const search = (text: string): void => {
    hasMoved.current = false;
    setPicked(undefined);
    setQuery(text);
  };
  const run = (action: () => void | Promise<void>): void => {
    close();
    // After the dialog has given the focus back, so that a command may take it.
    setTimeout(() => {
      Promise.resolve(action()).catch((failure: unknown) => toast.error(toAppError(failure)));
    });
  };
  const ask = (): void => {
    const agent = agents[0];
    const text = query.trim();
    if (agent !== undefined && text !== '') run(() => askAgent(agent, text));
  };
  return (
    <Dialog.Root
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) close();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-[rgb(12_12_14/.3)] dark:bg-[rgb(0_0_0/.5)]" />
        <Dialog.Popup
          aria-label={t('palette.title')}
          className="fixed top-[max(16px,13vh)] left-1/2 z-40 w-[min(640px,calc(100vw-32px))] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-panel shadow-float outline-none"
        >
          <Command
            shouldFilter={false}
            loop
            label={t('palette.title')}
            value={chosen}
            onValueChange={(id) => {
              if (hasMoved.current) setPicked(id);
            }}
            onKeyDownCapture={(event) => {
              if (['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key) || event.ctrlKey) hasMoved.current = true;
            }}
            onPointerMoveCapture={() => {
              hasMoved.current = true;
            }}
          >
            <div className="flex h-[54px] items-center gap-3 border-line border-b px-4">
              <Mark size={20} className="shrink-0 text-ink" />
              <Command.Input
                autoFocus
                value={query}
                onValueChange={search}
                placeholder={t('palette.placeholder')}
                onKeyDown={(event) => {
                  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                    event.preventDefault();
                    ask();
                  }
                }}
                className="h-full min-w-0 flex-1 bg-transparent text-xl text-ink outline-none placeholder:text-ink-3"
              />
            </div>
            <Command.List className="max-h-[min(400px,60vh)] overflow-y-auto p-2">
              <Command.Empty className="px-2 py-4 text-base text-ink-2">{t('palette.nothing')}</Command.Empty>
              {found.map((section) => (
                <Command.Group
                  key={section.group}
                  heading={t(`palette.group.${section.group}`)}
                  className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-ink-3"
                >
                  {section.entries.map((entry) => (
                    <Row key={entry.id} entry={entry} onRun={() => run(entry.run)} />
                  ))}
                </Command.Group>
              ))}
            </Command.List>
            <div className="flex h-9 items-center gap-4 border-line border-t px-4 text-xs text-ink-2">
              <span className="min-w-0 flex-1 truncate">{error === undefined ? '' : t('palette.offline')}</span>
              {query.trim() !== '' && agents.length > 0 ? (
                <span className="flex items-center gap-1.5">
                  <Kbd keys="CommandOrControl+Enter" /> {t('palette.askKeys')}
                </span>
              ) : null}
              <Kbd keys="Escape" />
            </div>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
