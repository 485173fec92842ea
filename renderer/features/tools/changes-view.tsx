// Definitions of tools that are not as the person last saw them: each with its difference, what cannot be seen spelled out.

import { structuredPatch } from 'diff';
import { type ReactNode, useMemo, useState } from 'react';
import type { ServerStatus, ToolChange } from '../../../shared/model/tool.ts';
import { client } from '../../api/index.ts';
import { visibleText } from '../../markdown/hidden.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, Collapse, ErrorNote, Icon, toast } from '../../ui/index.ts';
import { Notice } from './notices.tsx';

export function ChangesView({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const task = useTask();
  const changes = server.changes ?? [];
  const accept = async (): Promise<void> => {
    await client.tools.acceptChanges({ id: server.id });
    toast({ title: t('notice.accepted'), tone: 'ok' });
  };
  return (
    <section aria-label={t('changes.title')} className="flex flex-col gap-2">
      <Notice tone="wait" icon="hand" title={t('notice.changes', { count: changes.length })} text={t('notice.changesText')}>
        <Button variant="primary" icon="check" loading={task.isBusy} onClick={() => void task.run(accept)}>
          {t('notice.acceptAll')}
        </Button>
      </Notice>
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
      {changes.map((change) => (
        <Change key={change.tool} change={change} defaultOpen={changes.length <= 3} />
      ))}
    </section>
  );
}

function Change({ change, defaultOpen }: { change: ToolChange; defaultOpen: boolean }): ReactNode {
  const t = useT('tools');
  return (
    <Collapse
      defaultOpen={defaultOpen}
      title={
        <span className="flex items-center gap-2">
          <span className="truncate font-mono text-sm text-ink">{visibleText(change.tool)}</span>
          <Badge>{t(`changes.${change.kind}`)}</Badge>
        </span>
      }
    >
      <div className="flex flex-col gap-2 pl-5">
        {change.hidden.length === 0 ? null : (
          <div className="flex gap-2 rounded-sm bg-bad-soft px-2.5 py-2">
            <Icon name="eye-off" size={15} className="mt-0.5 shrink-0 text-bad" />
            <div>
              {t('changes.hidden')}
              <ul className="m-0 list-none p-0 text-sm">
                {change.hidden.map((each) => (
                  <li key={each}>{each}</li>
                ))}
              </ul>
            </div>
          </div>
        )}
        <Difference
          before={change.before ?? ''}
          after={change.after ?? ''}
          label={t('changes.difference', { tool: visibleText(change.tool) })}
        />
      </div>
    </Collapse>
  );
}

type Sign = '+' | '-' | ' ';
const looks: Record<Sign, string> = { '+': 'bg-ok-soft text-ok', '-': 'bg-bad-soft text-bad', ' ': 'text-ink-2' };
const shownAtFirst = 200;

/** Texts of JSON, line by line; hidden characters stand as their code points. */
function Difference({ before, after, label }: { before: string; after: string; label: string }): ReactNode {
  const t = useT('tools');
  const lines = useMemo(() => linesOf(before, after), [before, after]);
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, shownAtFirst);
  if (lines.length === 0) return <p className="tools-quiet">{t('changes.same')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long difference scrolls, also by keyboard
    <section className="tools-diff" tabIndex={0} aria-label={label}>
      {shown.map(({ sign, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the difference
        <div key={index} className={`tools-diff-line ${looks[sign]}`}>
          <span className="w-[2ch] shrink-0 select-none">{sign === '-' ? '−' : sign}</span>
          <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">{visibleText(text)}</span>
        </div>
      ))}
      {lines.length > shown.length && (
        <Button variant="ghost" size="s" onClick={() => setAll(true)}>
          {t('changes.moreLines', { count: lines.length - shown.length })}
        </Button>
      )}
    </section>
  );
}

const readable = (text: string): string => {
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2).replaceAll('\\n', '\n')}\n`;
  } catch {
    // Not whole JSON: as it came.
    return text === '' ? '' : `${text}\n`;
  }
};

function linesOf(before: string, after: string): { sign: Sign; text: string }[] {
  const patch = structuredPatch('', '', readable(before), readable(after), '', '', { context: 4, timeout: 1000 });
  const all = patch?.hunks.flatMap((hunk) => hunk.lines) ?? after.split('\n').map((line) => `+${line}`);
  return all
    .filter((line) => !line.startsWith('\\'))
    .map((line) => ({ sign: line[0] === '+' || line[0] === '-' ? line[0] : ' ', text: line.slice(1) }));
}
