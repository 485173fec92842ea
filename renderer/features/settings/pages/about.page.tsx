import { Mark, navigate, OwnFolder, routes, useAppInfo } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Skeleton } from '../../../ui/index.ts';
import type { SettingsPageSpec } from '../define-page.ts';

function About() {
  const t = useT('settings');
  const info = useAppInfo();
  const rows: readonly (readonly [string, string])[] =
    info === undefined
      ? []
      : [
          [t('about.version'), info.version],
          [t('about.host'), info.host],
          [t('about.platform'), `${info.platform} ${info.arch}`],
          [t('about.runtime'), `Node ${info.node}${info.electron === undefined ? '' : ` · Electron ${info.electron}`}`],
          [t('about.sqlite'), info.sqlite],
        ];
  return (
    <>
      <div className="flex items-start gap-3">
        <Mark size={32} className="shrink-0" />
        <div>
          <div className="font-semibold text-lg">Orrery</div>
          <p className="m-0 text-ink-2">{t('about.text')}</p>
        </div>
      </div>
      {info === undefined ? (
        <Skeleton className="w-1/2" />
      ) : (
        <dl className="m-0 grid grid-cols-[110px_1fr] items-center gap-y-1.5">
          {rows.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink-3">{name}</dt>
              <dd className="m-0">{value}</dd>
            </div>
          ))}
          <dt className="text-ink-3">{t('about.data')}</dt>
          <dd className="m-0 flex items-center gap-1">
            <OwnFolder path={info.dataFolder} canShow={info.can.showInFolder} show={t('about.show')} />
          </dd>
        </dl>
      )}
      <div className="flex items-center gap-3 text-ink-2">
        {t('about.doctor')}
        <Button onClick={() => navigate(routes.system())}>{t('about.toSystem')}</Button>
      </div>
    </>
  );
}

export const aboutPage: SettingsPageSpec = {
  id: 'about',
  icon: 'info',
  order: 90,
  words: 'version data folder electron node',
  Content: About,
};
