// Whether the log is whole: in a line beside the title, with what that rests on in a popover.

import { useState } from 'react';
import type { AuditStatus, AuditVerdict } from '../../../shared/model/audit.ts';
import { client, toAppError, useCall, useStream } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Button, cn, formatDuration, Icon, Popover, TimeAgo, toastError } from '../../ui/index.ts';

const looks = {
  whole: { icon: 'shield-check', className: 'text-ok' },
  partial: { icon: 'shield-question-mark', className: 'text-ink-2' },
  broken: { icon: 'shield-alert', className: 'text-bad' },
  unknown: { icon: 'shield', className: 'text-ink-3' },
} as const;

export function ChainStatus() {
  const t = useT('security');
  const status = useCall((signal) => client.audit.getStatus(undefined, { signal }), []);
  const [isBusy, setBusy] = useState(false);
  useStream(
    (signal) => client.audit.watch(undefined, { signal }),
    () => status.reload(),
    [],
  );
  const verify = (): void => {
    if (isBusy) return;
    setBusy(true);
    client.audit
      .verify()
      .then(() => status.reload())
      .catch((thrown: unknown) => toastError(toAppError(thrown)))
      .finally(() => setBusy(false));
  };
  const { data } = status;
  if (data === undefined) return null;
  const state = data.verdict?.state ?? 'unknown';
  const look = looks[state];
  return (
    <div className="flex items-center gap-3">
      <Popover
        title={t('chain.label')}
        className="w-96"
        trigger={
          <button
            type="button"
            className="flex h-7 items-center gap-1.5 rounded-sm px-2 text-base text-ink-2 hover:bg-sunken hover:text-ink"
          >
            <Icon name={look.icon} size={15} className={cn('shrink-0', look.className)} />
            <span className={state === 'broken' ? 'text-bad' : ''}>{t(`chain.${state}`)}</span>
            <span className="tabular text-ink-3 text-sm max-[1000px]:hidden">{t('chain.entries', { count: data.last })}</span>
          </button>
        }
      >
        <ChainFacts status={data} />
      </Popover>
      <Button icon="shield-check" disabled={isBusy} onClick={verify}>
        {t(isBusy ? 'chain.verifying' : 'chain.verify')}
      </Button>
    </div>
  );
}

function ChainFacts({ status }: { status: AuditStatus }) {
  const t = useT('security');
  const { verdict, anchor } = status;
  const behind = anchor === undefined ? 0 : status.last - anchor.seq;
  return (
    <div className="flex flex-col gap-2.5 text-base">
      {verdict === undefined ? null : <Verdict verdict={verdict} />}
      <p className="m-0 text-ink-2">
        {anchor === undefined
          ? t('chain.notAnchored')
          : t(anchor.where === 'vault' ? 'chain.anchoredVault' : 'chain.anchoredFolder', { seq: anchor.seq })}
        {behind > 0 ? `, ${t('chain.behind', { count: behind })}` : ''}
        {anchor === undefined ? null : (
          <>
            {' · '}
            <TimeAgo at={anchor.at} />
          </>
        )}
      </p>
      <p className="m-0 text-ink-3 text-sm">{status.key.note}</p>
      {status.waiting > 0 ? <p className="m-0 text-bad">{t('chain.waiting', { count: status.waiting })}</p> : null}
    </div>
  );
}

function Verdict({ verdict }: { verdict: AuditVerdict }) {
  const t = useT('security');
  return (
    <div className="flex flex-col gap-1">
      {verdict.broken === undefined ? null : (
        <p className="m-0 text-bad">
          {verdict.broken.message} {t('chain.firstBad', { seq: verdict.broken.seq })}.
        </p>
      )}
      <p className="m-0 text-ink">
        {t('chain.checkedIn', { count: verdict.checked, time: formatDuration(verdict.ms) })} · <TimeAgo at={verdict.at} />
      </p>
      {verdict.unchecked > 0 ? <p className="m-0 text-ink-2">{t('chain.unchecked', { count: verdict.unchecked })}</p> : null}
    </div>
  );
}
