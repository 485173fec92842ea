import { type ReactNode, useMemo, useState } from 'react';
import { useT } from '../../strings/index.ts';
import { previewLines } from './approval-text.ts';
import { HiddenText } from './hidden-text.tsx';

const firstShown = 200;

const signNames = { '+': 'added', '-': 'removed', ' ': 'same', '@': 'place' } as const;

/** What will change: a diff with coloured and signed lines, or the full text. */
export function Preview({ preview }: { preview: { kind: 'diff' | 'text'; text: string } }): ReactNode {
  const t = useT('inbox');
  const lines = useMemo(() => previewLines(preview), [preview]);
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, firstShown);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long preview scrolls, also by keyboard
    <section className="ask-preview" tabIndex={0} aria-label={t('preview')}>
      {shown.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the preview
        <div key={index} className={`ask-line ask-line-${signNames[line.sign]}`}>
          {preview.kind === 'diff' && <span className="ask-sign">{line.sign === '@' ? ' ' : line.sign}</span>}
          <span className="ask-text">
            <HiddenText text={line.text} />
          </span>
        </div>
      ))}
      {lines.length > shown.length && (
        <button type="button" className="ask-more" onClick={() => setAll(true)}>
          {t('moreLines', { count: lines.length - shown.length })}
        </button>
      )}
    </section>
  );
}
