import type { ISearchOptions, SearchAddon } from '@xterm/addon-search';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useT } from '../../strings/index.ts';
import { IconButton, Input } from '../../ui/index.ts';

const hex = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const optionsNow = (): ISearchOptions => ({
  decorations: {
    matchBackground: hex('--accent-soft'),
    matchOverviewRuler: hex('--accent'),
    activeMatchBackground: hex('--accent'),
    activeMatchColorOverviewRuler: hex('--accent'),
  },
});

/** Finds in the terminal's kept output. Enter goes on, Shift+Enter back, Esc closes. */
export function SearchBar({ search, onClose }: { search: SearchAddon; onClose: () => void }): ReactNode {
  const t = useT('terminal');
  const [query, setQuery] = useState('');
  const [found, setFound] = useState<{ index: number; count: number }>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    const listener = search.onDidChangeResults(({ resultIndex, resultCount }) => setFound({ index: resultIndex, count: resultCount }));
    return () => listener.dispose();
  }, [search]);
  const go = (back: boolean, text = query, incremental = false): void => {
    if (text === '') {
      search.clearDecorations();
      setFound(undefined);
    } else if (back) search.findPrevious(text, optionsNow());
    else search.findNext(text, { ...optionsNow(), incremental });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: the search element is not known to every reader yet
    <div className="term-search" role="search">
      <Input
        ref={field}
        aria-label={t('find')}
        placeholder={t('find')}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          go(false, event.target.value, true);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey);
          if (event.key === 'Escape') onClose();
        }}
      />
      <span className="term-found" role="status">
        {query === '' || found === undefined
          ? ''
          : found.count === 0
            ? t('noMatch')
            : t('matches', { at: found.index + 1, count: found.count })}
      </span>
      <IconButton icon="chevron-up" label={t('previous')} onClick={() => go(true)} />
      <IconButton icon="chevron-down" label={t('next')} onClick={() => go(false)} />
      <IconButton icon="x" label={t('closeSearch')} onClick={onClose} />
    </div>
  );
}
