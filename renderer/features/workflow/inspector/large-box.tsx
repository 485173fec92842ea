// A value that is too large to come along: its beginning, its size, and reading on, copying or saving it.

import { useRef, useState } from 'react';
import type { LargeValue, RunSummary } from '../../../../shared/model/run.ts';
import { client, toAppError } from '../../../api/index.ts';
import { visibleText } from '../../../markdown/hidden.ts';
import { useT } from '../../../strings/index.ts';
import { formatBytes, IconButton, toast, toastError } from '../../../ui/index.ts';

/** Characters that one press brings into the page; the host gives more at once, which is kept for the next. */
const shownAtOnce = 20_000;

/** The value's JSON text, read from the host as far as somebody asked for it. */
function useLargeText(run: RunSummary['id'], hash: string) {
  const read = useRef<{ text: string; next: number | undefined }>({ text: '', next: 0 });
  const upTo = async (chars: number): Promise<string> => {
    const mine = read.current;
    while (mine.text.length < chars && mine.next !== undefined) {
      const part = await client.runs.readLarge({ id: run, hash, offset: mine.next });
      mine.text += part.text;
      mine.next = part.next;
    }
    return mine.text;
  };
  return { upTo, isWhole: (shown: number) => read.current.next === undefined && shown >= read.current.text.length };
}

export function LargeBox({ run, port, value }: { run: Pick<RunSummary, 'id' | 'number'>; port: string; value: LargeValue }) {
  const t = useT('past');
  const { upTo, isWhole } = useLargeText(run.id, value.hash);
  const [shown, setShown] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const act = (work: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    work()
      .catch((thrown: unknown) => toastError(toAppError(thrown)))
      .finally(() => setBusy(false));
  };
  const readOn = () =>
    act(async () => {
      const wanted = (shown?.length ?? 0) + shownAtOnce;
      setShown((await upTo(wanted)).slice(0, wanted));
    });
  const copy = () =>
    act(async () => {
      await navigator.clipboard.writeText(await upTo(Number.POSITIVE_INFINITY));
      toast({ tone: 'ok', title: t('large.copied') });
    });
  const save = () => act(async () => saveText(await upTo(Number.POSITIVE_INFINITY), t('large.file-name', { number: run.number, port })));
  return (
    <div className="wf-large">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="wf-large-text" tabIndex={0} aria-label={t('large.text', { port })}>
        {visibleText(shown ?? `${value.preview}…`)}
      </section>
      <div className="wf-large-foot">
        <span className="tabular min-w-0 flex-1">{isBusy ? t('large.saving') : t('large.size', { size: formatBytes(value.bytes) })}</span>
        {(shown === undefined || !isWhole(shown.length)) && (
          <button type="button" className="wf-chip-more" aria-disabled={isBusy} onClick={readOn}>
            {shown === undefined ? t('large.read') : t('large.more', { left: formatBytes(Math.max(1, value.bytes - shown.length)) })}
          </button>
        )}
        <IconButton size="s" icon="copy" label={t('large.copy-all')} disabled={isBusy} onClick={copy} />
        <IconButton size="s" icon="download" label={t('large.save')} disabled={isBusy} onClick={save} />
      </div>
    </div>
  );
}

function saveText(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[^\p{L}\p{N}._-]+/gu, '-');
  link.click();
  // The download has read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
