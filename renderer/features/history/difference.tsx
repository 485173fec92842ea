// What is different, readable: lines of a text, values of a setting, or where something went.

import { structuredPatch } from 'diff';
import { useMemo, useState } from 'react';
import type { ChangeDetail } from '../../../shared/model/change.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useT } from '../../strings/index.ts';
import { Button, Code, formatBytes } from '../../ui/index.ts';
import './history.css';

const firstShown = 120;

export function Difference({ detail }: { detail: ChangeDetail }) {
  const t = useT('history');
  const { change, before, after, differences } = detail;
  if (change.op === 'move')
    return (
      <dl className="history-move">
        <dt>{t('from')}</dt>
        <dd>
          <Code>{change.from ?? ''}</Code>
        </dd>
        <dt>{t('to')}</dt>
        <dd>
          <Code>{change.target}</Code>
        </dd>
      </dl>
    );
  if (change.op === 'create-folder' || change.op === 'remove-folder') return <Code>{change.target}</Code>;
  const isWhole = before !== null && after !== null;
  if (differences !== undefined && isWhole) return <Values differences={differences} />;
  if ((before === null || before.text !== undefined) && (after === null || after.text !== undefined))
    return <Lines before={before?.text ?? ''} after={after?.text ?? ''} />;
  return (
    <dl className="history-move">
      <dt>{t('before')}</dt>
      <dd>{before === null ? t('nothing') : `${formatBytes(change.bytes)} · ${before.why ?? ''}`}</dd>
      <dt>{t('after')}</dt>
      <dd>
        {after === null
          ? t('verb.deleted')
          : after.why === undefined
            ? formatBytes(after.bytes)
            : `${formatBytes(after.bytes)} · ${after.why}`}
      </dd>
    </dl>
  );
}

function Values({ differences }: { differences: NonNullable<ChangeDetail['differences']> }) {
  const t = useT('history');
  if (differences.length === 0) return <p className="m-0 text-ink-2 text-sm">{t('sameText')}</p>;
  return (
    <section className="history-diff" aria-label={t('difference')}>
      {differences.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a value is its place in the difference
        <div key={index} className="history-value">
          {each.path === '' ? null : <span className="history-path">{each.path}</span>}
          {each.before === undefined ? null : <Line sign="-" text={each.before} />}
          {each.after === undefined ? null : <Line sign="+" text={each.after} />}
        </div>
      ))}
    </section>
  );
}

const names = { '+': 'added', '-': 'removed', ' ': 'same', '@': 'place' } as const;
type Sign = keyof typeof names;
const signs: Record<Sign, string> = { '+': '+', '-': '−', ' ': ' ', '@': ' ' };

const Line = ({ sign, text }: { sign: Sign; text: string }) => (
  <div className={`history-line history-${names[sign]}`}>
    <span className="history-sign">{signs[sign]}</span>
    <span className="history-text">{visibleText(text)}</span>
  </div>
);

export function Lines({ before, after }: { before: string; after: string }) {
  const t = useT('history');
  const [all, setAll] = useState(false);
  const lines = useMemo(() => linesOf(before, after), [before, after]);
  const shown = all ? lines : lines.slice(0, firstShown);
  if (lines.length === 0) return <p className="m-0 text-ink-2 text-sm">{t('sameText')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long difference scrolls, also by keyboard
    <section className="history-diff" tabIndex={0} aria-label={t('difference')}>
      {shown.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the difference
        <Line key={index} {...line} />
      ))}
      {lines.length > shown.length ? (
        <Button variant="ghost" size="s" onClick={() => setAll(true)}>
          {t('moreLines', { count: lines.length - shown.length })}
        </Button>
      ) : null}
    </section>
  );
}

function linesOf(before: string, after: string): { sign: Sign; text: string }[] {
  const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
  const patch = structuredPatch('', '', ended(before), ended(after), '', '', { context: 3, timeout: 1000 });
  if (patch === undefined) return after.split('\n').map((text) => ({ sign: '+', text }));
  return patch.hunks.flatMap((hunk, index) => [
    ...(index === 0 ? [] : [{ sign: '@' as const, text: '…' }]),
    ...hunk.lines
      .filter((line) => !line.startsWith('\\'))
      .map((line) => ({ sign: (line[0] === '+' || line[0] === '-' ? line[0] : ' ') as Sign, text: line.slice(1) })),
  ]);
}
