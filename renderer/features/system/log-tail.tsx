import { useEffect, useRef } from 'react';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, CodeBlock, ErrorState, SectionTitle, Skeleton } from '../../ui/index.ts';

export function LogTail() {
  const t = useT('system');
  const log = useCall((signal) => client.app.getLog({ limit: 200 }, { signal }), []);
  const box = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest line is at the end
  useEffect(() => {
    const pre = box.current?.querySelector('pre');
    if (pre !== null && pre !== undefined) pre.scrollTop = pre.scrollHeight;
  }, [log.data]);
  return (
    <section ref={box} className="flex flex-col gap-1">
      <SectionTitle
        actions={
          <Button variant="ghost" size="s" icon="refresh-cw" loading={log.loading && log.data !== undefined} onClick={log.reload}>
            {t('logNewer')}
          </Button>
        }
      >
        {t('log')}
      </SectionTitle>
      <p className="m-0 pb-1 text-ink-3 text-sm">{t('logHint')}</p>
      {log.data === undefined ? (
        log.error === undefined ? (
          <Skeleton className="h-40 w-full" />
        ) : (
          <ErrorState error={log.error} onRetry={log.reload} />
        )
      ) : log.data.length === 0 ? (
        <p className="m-0 text-ink-2">{t('logEmpty')}</p>
      ) : (
        <CodeBlock copy maxHeight={280} aria-label={t('log')}>
          {log.data.join('\n')}
        </CodeBlock>
      )}
    </section>
  );
}
