// What is out of the ordinary, above the log: each says what was seen, and goes when the person has seen it.

import type { Anomaly } from '../../../shared/model/audit-report.ts';
import { client, toAppError, useCall, useStream } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, cn, Icon, IconButton, TimeOf, toastError } from '../../ui/index.ts';

export function useAnomalies() {
  const call = useCall((signal) => client.audit.listAnomalies(undefined, { signal }), []);
  useStream(
    (signal) => client.audit.watch(undefined, { signal }),
    () => call.reload(),
    [],
  );
  const dismiss = (id: string): void => {
    client.audit
      .dismissAnomaly({ id })
      .then(() => call.reload())
      .catch((thrown: unknown) => toastError(toAppError(thrown)));
  };
  // Undefined until it is known whether there are any: what comes above the log must not push it down.
  return { anomalies: call.data ?? (call.error === undefined ? undefined : []), dismiss };
}

/** In a low window, or a zoomed one, the log itself has the room. */
const onlyHigh = '[@media(max-height:560px)]:hidden';

export function Anomalies({
  anomalies,
  isNarrow,
  onShow,
  onDismiss,
}: {
  anomalies: readonly Anomaly[];
  /** Beside an open entry: where there is little room, titles only. */
  isNarrow: boolean;
  onShow(anomaly: Anomaly): void;
  onDismiss(id: string): void;
}) {
  const t = useT('security');
  if (anomalies.length === 0) return null;
  return (
    <section aria-label={t('anomalies')} className="max-h-[38%] shrink-0 overflow-y-auto border-line border-b">
      <h2 className={cn('m-0 px-5 pt-2.5 pb-1 font-medium text-ink-3 text-xs', onlyHigh)}>
        {t('anomalyCount', { count: anomalies.length })}
      </h2>
      <ul className="m-0 list-none p-0 pb-1.5">
        {anomalies.map((each) => (
          <li key={each.id} className="flex items-start gap-3 px-5 py-2 [@media(max-height:560px)]:py-1">
            <Icon
              name={each.severity === 'warning' ? 'triangle-alert' : 'info'}
              size={15}
              className={cn('mt-[2.5px] shrink-0', each.severity === 'warning' ? 'text-bad' : 'text-ink-3')}
            />
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap items-baseline gap-x-2">
                <span className="min-w-0 font-medium text-base text-ink">{each.title}</span>
                <TimeOf at={each.lastAt} className="shrink-0 text-ink-3 text-xs" />
              </div>
              <p className={cn('m-0 max-w-[760px] text-ink-2 text-sm', onlyHigh, isNarrow && 'max-[1100px]:hidden')}>{each.text}</p>
            </div>
            <Button onClick={() => onShow(each)}>{t('showEntries')}</Button>
            <IconButton icon="x" label={t('dismissNamed', { title: each.title })} onClick={() => onDismiss(each.id)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
