import { useMemo, useState } from 'react';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { diffLines } from './diff-lines.ts';
import './runs.css';

const firstShown = 200;
const names = { '+': 'added', '-': 'removed', ' ': 'same', '@': 'place' } as const;
const signs = { '+': '+', '-': '−', ' ': ' ', '@': ' ' } as const;

/** What differs between two JSON texts, line by line, each with its sign. */
export function TextDiff({ left, right, label }: { left: string; right: string; label: string }) {
  const t = useT('runs');
  const lines = useMemo(() => diffLines(left, right), [left, right]);
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, firstShown);
  if (lines.length === 0) return <p className="m-0 text-ink-2 text-sm">{t('compared.texts-equal')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long difference scrolls, also by keyboard
    <section className="run-diff" tabIndex={0} aria-label={label}>
      {shown.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the difference
        <div key={index} className={`run-diff-line run-diff-${names[line.sign]}`}>
          <span className="run-diff-sign">{signs[line.sign]}</span>
          <span className="run-diff-text">{visibleText(line.text)}</span>
        </div>
      ))}
      {lines.length > shown.length && (
        <button type="button" className="wf-chip-more" onClick={() => setAll(true)}>
          {t('diff-more', { count: lines.length - shown.length })}
        </button>
      )}
    </section>
  );
}
