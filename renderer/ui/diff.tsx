// What differs, line by line, each with its sign; texts come with their hidden characters shown already.

import { type ReactNode, useState } from 'react';
import { Button } from './button.tsx';
import './diff.css';

export type DiffSign = '+' | '-' | ' ' | '@';
export interface DiffLine {
  sign: DiffSign;
  text: string;
}

const names: Record<DiffSign, string> = { '+': 'added', '-': 'removed', ' ': 'same', '@': 'place' };
const signs: Record<DiffSign, string> = { '+': '+', '-': '−', ' ': ' ', '@': ' ' };

export const DiffRow = ({ sign, text }: DiffLine) => (
  <div className={`diff-line diff-${names[sign]}`}>
    <span className="diff-sign">{signs[sign]}</span>
    <span className="diff-text">{text}</span>
  </div>
);

export const DiffBox = ({ label, children }: { label: string; children: ReactNode }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a long difference scrolls, also by keyboard
  <section className="diff" tabIndex={0} aria-label={label}>
    {children}
  </section>
);

/** `more` says how many are left out until they are asked for. */
export function DiffLines({ lines, label, more }: { lines: readonly DiffLine[]; label: string; more(count: number): string }) {
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, 200);
  return (
    <DiffBox label={label}>
      {shown.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the difference
        <DiffRow key={index} {...line} />
      ))}
      {lines.length > shown.length ? (
        <Button variant="ghost" size="s" onClick={() => setAll(true)}>
          {more(lines.length - shown.length)}
        </Button>
      ) : null}
    </DiffBox>
  );
}

/** Names and values below each other, as beside a difference. */
export const Facts = ({ children }: { children: ReactNode }) => <dl className="diff-facts">{children}</dl>;
