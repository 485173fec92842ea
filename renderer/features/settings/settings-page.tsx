import { Link, useRoute } from 'wouter';
import { routes } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { cn, EmptyState, Icon } from '../../ui/index.ts';
import { LastSetting } from '../why/index.ts';
import { settingsPages } from './sorted-pages.ts';

export function SettingsPage() {
  const t = useT('settings');
  const [, params] = useRoute('/settings/:page');
  const id = params?.page ?? settingsPages[0]?.id;
  const page = settingsPages.find((candidate) => candidate.id === id);
  return (
    <div className="flex h-full min-h-0">
      <nav aria-label={t('title')} className="flex w-45 shrink-0 flex-col gap-px overflow-y-auto border-line border-r p-2 max-[760px]:w-36">
        <h1 className="px-2 pt-1 pb-2 font-semibold text-lg">{t('title')}</h1>
        {settingsPages.map((candidate) => (
          <Link
            key={candidate.id}
            href={routes.settings(candidate.id)}
            aria-current={candidate.id === id ? 'page' : undefined}
            className={cn(
              'flex h-[30px] shrink-0 items-center gap-2 rounded-sm px-2 text-base text-ink-2 no-underline hover:bg-sunken hover:text-ink dark:hover:bg-panel',
              candidate.id === id && 'bg-raised font-medium text-ink shadow-raised hover:bg-raised dark:hover:bg-raised',
            )}
          >
            <Icon name={candidate.icon} size={15} />
            <span className="truncate">{t(`pages.${candidate.id}`)}</span>
          </Link>
        ))}
      </nav>
      <div className="min-w-0 flex-1 overflow-y-auto px-6 pt-2 pb-10 max-[760px]:px-4">
        {page === undefined ? (
          <EmptyState icon="settings" title={t('noSuchPage')} />
        ) : (
          <div className="flex max-w-[600px] flex-col gap-5">
            <h2 className="font-semibold text-lg leading-8">{t(`pages.${page.id}`)}</h2>
            <page.Content />
            <LastSetting className="border-line border-t pt-3" />
          </div>
        )}
      </div>
    </div>
  );
}
