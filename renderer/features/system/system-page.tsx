import { useAppInfo } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Page } from '../../ui/index.ts';
import { Doctor } from './doctor.tsx';
import { HostFacts } from './host-facts.tsx';
import { LiveRuns } from './live-runs.tsx';
import { LogTail } from './log-tail.tsx';
import { Servers } from './servers.tsx';

/** What this Orrery is, how it is doing, and what the machine lacks. */
export function SystemPage() {
  const t = useT('system');
  const info = useAppInfo();
  return (
    <Page title={t('title')}>
      <HostFacts info={info} />
      <LiveRuns />
      <Doctor />
      <Servers />
      <LogTail />
    </Page>
  );
}
