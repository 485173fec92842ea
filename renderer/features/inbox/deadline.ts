// What becomes of a question that stays unanswered, and when, in words.

import type { InboxItem } from '../../../shared/model/grant.ts';
import { getT, useT } from '../../strings/index.ts';
import { formatClock, formatDuration, formatWhen, useClock } from '../../ui/index.ts';

const hour = 3_600_000;

/** `in 5 min`, `tomorrow 08:00`, `on Tuesday 14:00`. */
export function deadlineWords(at: number, now: number): string {
  const t = getT('inbox');
  const left = at - now;
  if (left < hour) return t('inTime', { time: formatDuration(Math.max(60_000, Math.round(left / 60_000) * 60_000)) });
  const when = formatWhen(at, now);
  return /^[a-z]/.test(when) ? when : t('onDay', { when });
}

/** `until 14:05`, `until Tuesday 14:00`: as short as a list needs it. */
export function useShortDeadline(item: InboxItem): string | undefined {
  const t = useT('inbox');
  const now = useClock();
  if (item.status !== 'open' || item.expiresAt === undefined) return undefined;
  return t('until', { when: item.expiresAt - now < hour ? formatClock(item.expiresAt) : formatWhen(item.expiresAt, now) });
}

/** Undefined for a question that waits for ever, or no longer. */
export function useDeadline(item: InboxItem): string | undefined {
  const t = useT('inbox');
  const now = useClock();
  if (item.status !== 'open' || item.expiresAt === undefined) return undefined;
  const when = deadlineWords(item.expiresAt, now);
  return t(item.request.kind === 'approval' ? 'expiresApproval' : 'expiresQuestion', { when });
}
