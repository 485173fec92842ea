import { useSyncExternalStore } from 'react';
import { Link, useLocation } from 'wouter';
import { commands } from '../../shared/model/commands.ts';
import { useT } from '../strings/index.ts';
import { cn, Icon, Tooltip } from '../ui/index.ts';
import { type Place, placeIcons } from './place-icons.ts';
import { useStatus } from './status.ts';
import { useShell } from './store.ts';

const top: readonly Place[] = ['chat', 'workflows', 'jobs', 'runs', 'inbox', 'agents'];
const library: readonly Place[] = ['memory', 'tools', 'vault', 'terminal'];
/** What was done, what may be done, and the record of both. */
const safety: readonly Place[] = ['history', 'grants', 'security'];
const bottom: readonly Place[] = ['system', 'settings'];

const narrow = typeof window === 'undefined' ? undefined : window.matchMedia('(max-width: 880px)');
const watchNarrow = (changed: () => void): (() => void) => {
  narrow?.addEventListener('change', changed);
  return () => narrow?.removeEventListener('change', changed);
};

/** Folded by the person's choice, and always where there is no room. */
export function useRailFolded(): boolean {
  const isNarrow = useSyncExternalStore(watchNarrow, () => narrow?.matches ?? false);
  const isFolded = useShell((state) => state.isRailFolded);
  return isNarrow || isFolded;
}

interface Count {
  count: number;
  waits?: boolean;
  words: string;
}

function RailItem({ place, isFolded, count }: { place: Place; isFolded: boolean; count?: Count | undefined }) {
  const t = useT('shell');
  const [location] = useLocation();
  const isHere = location === `/${place}` || location.startsWith(`/${place}/`);
  const label = t(`places.${place}`);
  const keys = (commands[`go.${place}`] as { keys?: string }).keys;
  const link = (
    <Link
      href={`/${place}`}
      aria-current={isHere ? 'page' : undefined}
      aria-label={isFolded ? (count === undefined || count.count === 0 ? label : `${label}: ${count.words}`) : undefined}
      className={cn(
        'relative flex h-[30px] items-center gap-[9px] rounded-sm px-2 font-medium text-base text-ink-2 no-underline hover:bg-sunken hover:text-ink dark:hover:bg-raised',
        isFolded && 'justify-center px-0',
        isHere && 'bg-accent-soft text-accent-ink hover:bg-accent-soft hover:text-accent-ink dark:hover:bg-accent-soft',
      )}
    >
      <Icon name={placeIcons[place]} />
      {isFolded ? null : <span className="min-w-0 flex-1 truncate">{label}</span>}
      {count === undefined || count.count === 0 ? null : (
        <span
          role="img"
          aria-label={count.words}
          className={cn(
            'tabular rounded-full text-xs',
            count.waits ? 'bg-wait-soft px-1.5 py-px font-medium text-wait' : 'px-1.5 text-ink-2',
            isFolded && 'absolute top-0 right-0.5 px-1 text-2xs leading-[14px]',
          )}
        >
          {count.count > 999 ? '999+' : count.count}
        </span>
      )}
    </Link>
  );
  return (
    <li>
      {isFolded ? (
        <Tooltip content={label} keys={keys} side="right">
          {link}
        </Tooltip>
      ) : (
        link
      )}
    </li>
  );
}

export function Rail() {
  const t = useT('shell');
  const status = useStatus();
  const isFolded = useRailFolded();
  const counts: Partial<Record<Place, Count>> =
    status === undefined
      ? {}
      : {
          runs: { count: status.running, words: t('running', { count: status.running }) },
          inbox: { count: status.waiting, waits: true, words: t('waiting', { count: status.waiting }) },
        };
  const list = (places: readonly Place[]) => (
    <ul className="m-0 flex list-none flex-col gap-px p-0">
      {places.map((place) => (
        <RailItem key={place} place={place} isFolded={isFolded} count={counts[place]} />
      ))}
    </ul>
  );
  const heading = (group: 'library' | 'safety') =>
    isFolded ? <div className="mx-2 my-2 h-px shrink-0 bg-line" /> : <div className="px-2 pt-3 pb-1 text-xs text-ink-3">{t(group)}</div>;
  return (
    <nav
      aria-label={t('navigation')}
      className={cn('flex shrink-0 flex-col overflow-y-auto border-line border-r bg-panel p-2', isFolded ? 'w-13' : 'w-49')}
    >
      {list(top)}
      {heading('library')}
      {list(library)}
      {heading('safety')}
      {list(safety)}
      <div className="min-h-2 flex-1" />
      {list(bottom)}
    </nav>
  );
}
