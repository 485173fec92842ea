import { useMemo } from 'react';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { DiffLines } from '../../ui/index.ts';
import { diffLines } from './diff-lines.ts';

/** What differs between two JSON texts, line by line, each with its sign. */
export function TextDiff({ left, right, label }: { left: string; right: string; label: string }) {
  const t = useT('runs');
  const lines = useMemo(() => diffLines(left, right).map(({ sign, text }) => ({ sign, text: visibleText(text) })), [left, right]);
  if (lines.length === 0) return <p className="m-0 text-ink-2 text-sm">{t('compared.texts-equal')}</p>;
  return <DiffLines lines={lines} label={label} more={(count) => t('diff-more', { count })} />;
}
