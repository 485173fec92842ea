// What a run gave, by name: short texts as they are, files with what can be done with them, everything else folded.

import { useState } from 'react';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { LargeValue, RunSummary } from '../../../../shared/model/run.ts';
import { client, toAppError, useCall } from '../../../api/index.ts';
import { visibleText } from '../../../markdown/hidden.ts';
import { useT } from '../../../strings/index.ts';
import { CopyButton, IconButton, toastError } from '../../../ui/index.ts';
import { JsonTree } from '../inspector/json-tree.tsx';
import { LargeBox } from '../inspector/large-box.tsx';
import './run.css';
import './run-result.css';

const firstLetters = 400;

interface Props {
  outputs: Readonly<Record<string, JsonValue>>;
  /** Outputs too large to come along, with the run that holds them. */
  large?: { run: Pick<RunSummary, 'id' | 'number'>; values: Readonly<Record<string, LargeValue>> } | undefined;
  /** Scrolls by itself within the little room below a canvas. */
  isDocked?: boolean;
}

export function RunResult({ outputs, large, isDocked = true }: Props) {
  const t = useT('workflow');
  const info = useCall((signal) => client.app.getInfo(undefined, { signal }), []);
  const canShow = info.data?.can.showInFolder === true;
  return (
    <section className={isDocked ? 'wf-result' : 'wf-result-open'} aria-label={t('result.label')} tabIndex={isDocked ? 0 : undefined}>
      {Object.entries(outputs).map(([name, value]) => (
        <div key={name} className="wf-result-row">
          <span className="truncate text-ink-3" title={name}>
            {name}
          </span>
          <Output value={value} name={name} canShow={canShow} />
        </div>
      ))}
      {large !== undefined &&
        Object.entries(large.values).map(([name, value]) => (
          <div key={name} className="wf-result-row">
            <span className="truncate text-ink-3" title={name}>
              {name}
            </span>
            <LargeBox run={large.run} port={name} value={value} />
          </div>
        ))}
    </section>
  );
}

/** The path in what a step that wrote a file gives. */
const pathOf = (value: JsonValue): string | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && typeof value.path === 'string' && value.path !== ''
    ? value.path
    : undefined;

function Output({ value, name, canShow }: { value: JsonValue; name: string; canShow: boolean }) {
  const path = pathOf(value);
  if (path !== undefined)
    return (
      <div className="flex min-w-0 flex-col gap-1">
        <PathLine path={path} canShow={canShow} />
        {Object.keys(value as object).length > 1 && <JsonTree value={value} label={name} isFolded />}
      </div>
    );
  if (value !== null && typeof value === 'object') return <JsonTree value={value} label={name} isFolded />;
  return <TextOutput text={typeof value === 'string' ? value : String(value)} />;
}

function PathLine({ path, canShow }: { path: string; canShow: boolean }) {
  const t = useT('workflow');
  const show = () => void client.shell.showInFolder({ path }).catch((thrown: unknown) => toastError(toAppError(thrown)));
  return (
    <div className="flex min-w-0 items-center gap-1">
      <span className="min-w-0 font-mono text-sm text-ink [overflow-wrap:anywhere]">{visibleText(path)}</span>
      <CopyButton text={path} label={t('result.copy-path')} />
      {canShow && <IconButton size="s" icon="folder-open" label={t('result.show')} onClick={show} />}
    </div>
  );
}

function TextOutput({ text }: { text: string }) {
  const t = useT('workflow');
  const [all, setAll] = useState(false);
  const isLong = text.length > firstLetters;
  return (
    <div className="flex min-w-0 items-start gap-1">
      <div className="min-w-0 flex-1 whitespace-pre-wrap text-ink [overflow-wrap:anywhere]">
        {text === '' ? (
          <span className="text-ink-3">{t('result.empty')}</span>
        ) : (
          visibleText(isLong && !all ? `${text.slice(0, firstLetters)}…` : text)
        )}
        {isLong && (
          <button type="button" className="wf-chip-more" onClick={() => setAll(!all)}>
            {all ? t('tree.less') : t('result.all')}
          </button>
        )}
      </div>
      {text !== '' && <CopyButton text={text} />}
    </div>
  );
}
