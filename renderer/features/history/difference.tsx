// What is different, readable: lines of a text, values of a setting, or where something went.

import { structuredPatch } from 'diff';
import { useMemo } from 'react';
import type { ChangeDetail } from '../../../shared/model/change.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { PathText } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { DiffBox, type DiffLine, DiffLines, DiffRow, Facts, formatBytes } from '../../ui/index.ts';

export function Difference({ detail }: { detail: ChangeDetail }) {
  const t = useT('history');
  const { change, before, after, differences } = detail;
  if (change.op === 'move')
    return (
      <Facts>
        <dt>{t('from')}</dt>
        <dd>
          <PathText path={change.from ?? ''} className="font-mono" />
        </dd>
        <dt>{t('to')}</dt>
        <dd>
          <PathText path={change.target} className="font-mono" />
        </dd>
      </Facts>
    );
  if (change.op === 'create-folder' || change.op === 'remove-folder') return <PathText path={change.target} className="font-mono" />;
  const isWhole = before !== null && after !== null;
  if (differences !== undefined && isWhole) return <Values differences={differences} />;
  if ((before === null || before.text !== undefined) && (after === null || after.text !== undefined))
    return <Lines before={before?.text ?? ''} after={after?.text ?? ''} />;
  return (
    <Facts>
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
    </Facts>
  );
}

function Values({ differences }: { differences: NonNullable<ChangeDetail['differences']> }) {
  const t = useT('history');
  if (differences.length === 0) return <p className="m-0 text-ink-2 text-sm">{t('sameText')}</p>;
  return (
    <DiffBox label={t('difference')}>
      {differences.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a value is its place in the difference
        <div key={index} className="[&+&]:mt-1">
          {each.path === '' ? null : <span className="block px-2.5 text-ink-3">{each.path}</span>}
          {each.before === undefined ? null : <DiffRow sign="-" text={visibleText(each.before)} />}
          {each.after === undefined ? null : <DiffRow sign="+" text={visibleText(each.after)} />}
        </div>
      ))}
    </DiffBox>
  );
}

export function Lines({ before, after }: { before: string; after: string }) {
  const t = useT('history');
  const lines = useMemo(() => linesOf(before, after), [before, after]);
  if (lines.length === 0) return <p className="m-0 text-ink-2 text-sm">{t('sameText')}</p>;
  return <DiffLines lines={lines} label={t('difference')} more={(count) => t('moreLines', { count })} />;
}

function linesOf(before: string, after: string): DiffLine[] {
  const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
  const patch = structuredPatch('', '', ended(before), ended(after), '', '', { context: 3, timeout: 1000 });
  if (patch === undefined) return after.split('\n').map((text) => ({ sign: '+', text: visibleText(text) }));
  return patch.hunks.flatMap((hunk, index) => [
    ...(index === 0 ? [] : [{ sign: '@' as const, text: '…' }]),
    ...hunk.lines
      .filter((line) => !line.startsWith('\\'))
      .map((line): DiffLine => ({ sign: line[0] === '+' || line[0] === '-' ? line[0] : ' ', text: visibleText(line.slice(1)) })),
  ]);
}
