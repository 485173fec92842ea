// The ways to add a tool server. Each ends in one preview, where nothing has run or been stored yet.

import { type ReactNode, useState } from 'react';
import type { ServerPlan } from '../../../../shared/model/server-import.ts';
import type { ServerStatus } from '../../../../shared/model/tool.ts';
import { client } from '../../../api/index.ts';
import { navigate, useTask } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { ErrorNote, Tabs } from '../../../ui/index.ts';
import { wayPath } from '../routes.ts';
import { Catalogue } from './catalogue.tsx';
import { HandWay } from './hand-way.tsx';
import { PasteWay } from './paste-way.tsx';
import { PlanView } from './plan-view.tsx';
import { BundleWay, PackageWay } from './small-ways.tsx';
import type { WayProps, Wish } from './way.ts';

const ways = ['catalogue', 'package', 'bundle', 'paste', 'hand'] as const;
type Way = (typeof ways)[number];
export function AddPage({ servers, way }: { servers: readonly ServerStatus[]; way: string | undefined }): ReactNode {
  const t = useT('tools');
  const value: Way = ways.find((each) => each === way) ?? 'catalogue';
  const [plan, setPlan] = useState<ServerPlan>();
  const task = useTask();
  const onLook = (wish: Wish): void => void task.run(async () => setPlan(await client.servers.preview(wish)));
  if (plan !== undefined) return <PlanView key={plan.token} plan={plan} servers={servers} onBack={() => setPlan(undefined)} />;
  const props: WayProps = { isBusy: task.isBusy, onLook };
  const contents: Record<Way, ReactNode> = {
    catalogue: <Catalogue {...props} />,
    package: <PackageWay {...props} />,
    bundle: <BundleWay {...props} />,
    paste: <PasteWay {...props} />,
    hand: <HandWay servers={servers} />,
  };
  return (
    <div className="tools-detail">
      <header>
        <h1 className="m-0 font-semibold text-lg">{t('new.title')}</h1>
        <p className="m-0 text-ink-2">{t('new.text')}</p>
      </header>
      <Tabs<Way>
        aria-label={t('new.ways.label')}
        className="tools-tabs"
        panelClassName="flex flex-col gap-4 pt-4"
        value={value}
        onChange={(next) => {
          task.clear();
          navigate(wayPath(next));
        }}
        items={ways.map((each) => ({
          value: each,
          label: t(`new.ways.${each}`),
          content: (
            <>
              {task.error === undefined ? null : <ErrorNote error={task.error.toJSON()} />}
              {contents[each]}
            </>
          ),
        }))}
      />
    </div>
  );
}
