// Downloads a model and shows how far it is. Leaving the stream, by Stop or by leaving the page, stops the download.

import { useEffect, useRef, useState } from 'react';
import type { AppError } from '../../../../shared/errors.ts';
import type { PullProgress } from '../../../../shared/model/model.ts';
import { client, toAppError } from '../../../api/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, ErrorNote, formatBytes, Input, toast } from '../../../ui/index.ts';

export function PullModel({ provider, onDone }: { provider: string; onDone(): void }) {
  const t = useT('settings');
  const [name, setName] = useState('');
  const [pulling, setPulling] = useState<{ model: string; progress: PullProgress | undefined }>();
  const [error, setError] = useState<AppError>();
  const control = useRef<AbortController>(undefined);
  useEffect(() => () => control.current?.abort(), []);

  const pull = async (model: string): Promise<void> => {
    const mine = new AbortController();
    control.current = mine;
    setError(undefined);
    setPulling({ model, progress: undefined });
    try {
      for await (const progress of await client.models.pull({ provider, model }, { signal: mine.signal })) {
        if (mine.signal.aborted) return;
        setPulling({ model, progress });
      }
      if (mine.signal.aborted) return;
      setName('');
      toast({ title: t('models.pullDone', { model }), tone: 'ok' });
      onDone();
    } catch (failure) {
      if (!mine.signal.aborted) setError(toAppError(failure));
    } finally {
      if (control.current === mine) setPulling(undefined);
    }
  };
  const stop = (): void => {
    control.current?.abort();
    control.current = undefined;
    setPulling(undefined);
  };

  if (pulling !== undefined) {
    const { completed, total, status } = pulling.progress ?? {};
    const hasTotal = completed !== undefined && total !== undefined && total > 0;
    return (
      <div className="flex flex-col gap-1.5">
        <div className="tabular flex items-center gap-3 text-ink-2 text-sm">
          <span className="min-w-0 flex-1 truncate">
            {t('models.pulling', { model: pulling.model })}
            {status === undefined ? '' : ` · ${status}`}
          </span>
          {hasTotal ? <span>{t('models.pullOf', { done: formatBytes(completed), total: formatBytes(total) })}</span> : null}
          <Button size="s" icon="square" onClick={stop}>
            {t('models.pullStop')}
          </Button>
        </div>
        <progress
          aria-label={t('models.pulling', { model: pulling.model })}
          className="h-1 w-full appearance-none overflow-hidden rounded-full bg-line [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-run"
          {...(hasTotal ? { value: completed, max: total } : {})}
        />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') void pull(name.trim());
        }}
      >
        <Input
          mono
          aria-label={t('models.pullLabel')}
          placeholder={t('models.pullPlaceholder')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          spellCheck={false}
        />
        <Button type="submit" icon="download" disabled={name.trim() === ''}>
          {t('models.pull')}
        </Button>
      </form>
      {error === undefined ? null : <ErrorNote error={error} />}
    </div>
  );
}
