import { useEffect, useState } from 'react';

/** Milliseconds since the component was mounted, or since `since` when that is later; updated about four times a second. */
export function useElapsed(since: number): number {
  const [mounted] = useState(() => Date.now());
  const [now, setNow] = useState(mounted);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return now - Math.max(since, mounted);
}
