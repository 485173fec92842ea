// Strips under the top bar: what is wrong with the machine until it is mended, and whether the host answers.

import { useEffect, useState } from 'react';
import { useConnection } from '../api/index.ts';
import { useT } from '../strings/index.ts';
import { Button, cn, Icon } from '../ui/index.ts';
import { useStatus } from './status.ts';

const GRACE_MS = 700;

export function Banners() {
  const banners = useStatus()?.banners ?? [];
  return banners.map((banner) => (
    <div
      key={banner.id}
      role="alert"
      className={cn(
        'flex shrink-0 items-center gap-2 border-line border-b px-3 py-1.5 text-base',
        banner.severity === 'error' ? 'bg-bad-soft text-bad' : 'bg-sunken text-ink',
      )}
    >
      <Icon name={banner.severity === 'error' ? 'circle-alert' : 'triangle-alert'} size={15} className="shrink-0" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className="font-medium">{banner.message}</span> <span className="text-ink-2">{banner.hint}</span>
      </span>
    </div>
  ));
}

export function ConnectionStrip() {
  const t = useT('shell');
  const { state, trouble, retry } = useConnection();
  const isAway = state !== 'connected';
  const [isShown, setShown] = useState(false);
  // A wire that is back at once is not worth a strip that makes the page jump.
  useEffect(() => {
    const timer = setTimeout(() => setShown(isAway), isAway ? GRACE_MS : 0);
    return () => clearTimeout(timer);
  }, [isAway]);
  if (!isShown || state === 'connected') return null;
  const isOver = state === 'lost' || state === 'refused' || state === 'failed';
  return (
    <div role="status" className="flex shrink-0 items-center gap-2 border-line border-b bg-sunken px-3 py-1.5 text-base text-ink">
      <Icon name={isOver ? 'unplug' : 'loader-circle'} size={15} className={isOver ? 'text-bad' : 'spin'} />
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {t(`connection.${state}`)}
        {trouble === undefined ? null : (
          <>
            {' '}
            <span className="font-medium">{trouble.message}</span> <span className="text-ink-2">{trouble.hint}</span>
          </>
        )}
      </span>
      {state === 'refused' || state === 'connecting' ? null : (
        <Button size="s" onClick={retry}>
          {t('retryNow')}
        </Button>
      )}
    </div>
  );
}
