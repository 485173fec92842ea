// How long the present one-time code still holds. The code itself is not here: it is copied by the host.

import { useEffect, useState } from 'react';
import { useT } from '../../strings/index.ts';

const secondsLeft = (period: number): number => period - (Math.floor(Date.now() / 1000) % period);
const around = 2 * Math.PI * 6;

export function TotpRing({ period }: { period: number }) {
  const t = useT('vault');
  const [left, setLeft] = useState(() => secondsLeft(period));
  useEffect(() => {
    const timer = setInterval(() => setLeft(secondsLeft(period)), 1000);
    return () => clearInterval(timer);
  }, [period]);
  return (
    <span className="flex items-center gap-1.5 text-ink-3 text-xs" role="timer" aria-label={t('codeLeft', { count: left })}>
      <svg viewBox="0 0 16 16" className="size-4 -rotate-90" aria-hidden="true">
        <circle cx="8" cy="8" r="6" fill="none" strokeWidth="2" className="stroke-line" />
        <circle
          cx="8"
          cy="8"
          r="6"
          fill="none"
          strokeWidth="2"
          strokeLinecap="round"
          strokeDasharray={around}
          strokeDashoffset={around * (1 - left / period)}
          className={left <= 5 ? 'stroke-wait' : 'stroke-accent'}
        />
      </svg>
      <span className="tabular w-8 whitespace-nowrap">{left} s</span>
    </span>
  );
}
