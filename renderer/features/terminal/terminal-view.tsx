import { type ClipboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { visibleText } from '../../markdown/hidden.ts';
import { LinkQuestion } from '../../markdown/link.tsx';
import { useT } from '../../strings/index.ts';
import { Button, CodeBlock, Dialog, ErrorNote, IconButton } from '../../ui/index.ts';
import { cleaned, type PasteQuestion, questionFor } from './paste.ts';
import { SearchBar } from './search-bar.tsx';
import { useTerminal } from './use-terminal.ts';

export function TerminalView(): ReactNode {
  const t = useT('terminal');
  const holder = useRef<HTMLDivElement>(null);
  const [turn, setTurn] = useState(0);
  const [link, setLink] = useState<string>();
  const [paste, setPaste] = useState<PasteQuestion>();
  const [searching, setSearching] = useState(false);
  const { state, parts } = useTerminal(holder, turn, { onLink: setLink });

  useEffect(() => {
    parts?.terminal.attachCustomKeyEventHandler((event) => {
      const find = event.key.toLowerCase() === 'f' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (find && event.type === 'keydown') setSearching(true);
      return !find;
    });
  }, [parts]);

  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData('text/plain');
    event.preventDefault();
    event.stopPropagation();
    const question = questionFor(text);
    if (question === undefined) parts?.terminal.paste(text);
    else setPaste(question);
  };
  const closeSearch = (): void => {
    setSearching(false);
    parts?.search.clearDecorations();
    parts?.terminal.focus();
  };
  return (
    <div className="term-page">
      <header className="term-head">
        <h1>{t('title')}</h1>
        {state.kind === 'ended' && (
          <span className="term-note" role="status">
            {t('ended', { code: state.code })}
          </span>
        )}
        <span className="term-gap" />
        {searching && parts !== undefined && <SearchBar search={parts.search} onClose={closeSearch} />}
        {!searching && <IconButton icon="search" label={t('find')} keys="CommandOrControl+F" onClick={() => setSearching(true)} />}
        {(state.kind === 'ended' || state.kind === 'failed') && (
          <Button icon="rotate-cw" onClick={() => setTurn(turn + 1)}>
            {t('again')}
          </Button>
        )}
      </header>
      {state.kind === 'failed' && (
        <div className="term-error">
          <ErrorNote error={state.error.toJSON()} />
        </div>
      )}
      <section ref={holder} className="term-screen" aria-label={t('title')} onPasteCapture={onPaste} />
      {link !== undefined && <LinkQuestion url={link} onClose={() => setLink(undefined)} />}
      {paste !== undefined && (
        <PasteDialog
          paste={paste}
          onClose={() => {
            setPaste(undefined);
            parts?.terminal.focus();
          }}
          onPaste={() => parts?.terminal.paste(cleaned(paste.text))}
        />
      )}
    </div>
  );
}

function PasteDialog({ paste, onClose, onPaste }: { paste: PasteQuestion; onClose: () => void; onPaste: () => void }): ReactNode {
  const t = useT('terminal');
  const confirm = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open
      initialFocus={confirm}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('pasteTitle', { count: paste.lines })}
      description={paste.hasControl ? t('pasteControl') : t('pasteText')}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button
            ref={confirm}
            variant="primary"
            onClick={() => {
              onPaste();
              onClose();
            }}
          >
            {t('paste', { count: paste.lines })}
          </Button>
        </>
      }
    >
      <CodeBlock maxHeight={320} aria-label={t('pasteWhat')}>
        {visibleText(paste.text.replace(/\r\n?/g, '\n'))}
      </CodeBlock>
    </Dialog>
  );
}
