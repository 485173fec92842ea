import { type ReactNode, useEffect, useState } from 'react';
import type { AppInfo } from '../../../shared/model/system.ts';
import { OwnFolder, useStatus } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { cn, formatBytes, formatDuration, SectionTitle, Skeleton } from '../../ui/index.ts';

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={cn('flex min-h-7 items-center gap-3', wide && 'col-span-full')}>
      <dt className="w-24 shrink-0 text-ink-3">{name}</dt>
      <dd className="m-0 flex min-w-0 items-center gap-1">{children}</dd>
    </div>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function HostFacts({ info }: { info: AppInfo | undefined }) {
  const t = useT('system');
  const status = useStatus();
  const now = useNow();
  if (info === undefined)
    return (
      <section aria-busy="true">
        <SectionTitle>{t('host')}</SectionTitle>
        {['w-1/4', 'w-2/5', 'w-1/3', 'w-1/2', 'w-1/3'].map((width, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
          <div key={row} className="flex min-h-7 items-center">
            <Skeleton className={width} />
          </div>
        ))}
      </section>
    );
  return (
    <section>
      <SectionTitle>{t('host')}</SectionTitle>
      <dl className="tabular m-0 grid grid-cols-2 gap-x-8 max-[900px]:grid-cols-1">
        <Fact name={t('kind')}>{t(`hostKind.${info.host}`)}</Fact>
        <Fact name={t('cpu')}>{status === undefined ? '–' : t('cpuValue', { percent: Math.round(status.cpu) })}</Fact>
        <Fact name={t('version')}>{info.version}</Fact>
        <Fact name={t('memory')}>{status === undefined ? '–' : formatBytes(status.memory)}</Fact>
        <Fact name={t('platform')}>
          {info.platform} {info.arch}
        </Fact>
        <Fact name={t('process')}>{t('pid', { pid: info.pid, time: formatDuration(Math.max(1000, now - info.startedAt)) })}</Fact>
        <Fact name={t('runtime')}>
          Node {info.node}
          {info.electron === undefined ? '' : ` · Electron ${info.electron}`}
        </Fact>
        <Fact name={t('sqlite')}>{info.sqlite}</Fact>
        <Fact name={t('data')} wide>
          <OwnFolder path={info.dataFolder} canShow={info.can.showInFolder} show={t('showData')} />
        </Fact>
      </dl>
    </section>
  );
}
