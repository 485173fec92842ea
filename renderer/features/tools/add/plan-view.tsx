// The one preview: what would be stored and run, what it may touch, where keys go, what is still to be answered. Nothing runs before
// the button at its end.

import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ServerPlan } from '../../../../shared/model/server-import.ts';
import type { ServerStatus } from '../../../../shared/model/tool.ts';
import { client } from '../../../api/index.ts';
import { navigate, routes, useTask } from '../../../shell/index.ts';
import { useT } from '../../../strings/index.ts';
import { Button, EmptyState, ErrorNote, Icon, IconButton, Spinner, StateDot, toast } from '../../../ui/index.ts';
import { LacksNode } from '../node-offer.tsx';
import { shownState } from '../state-words.ts';
import { appliedOf, type Choice, choiceOf, faultsOf } from './choice.ts';
import { Planned } from './planned.tsx';
import { VaultDoor } from './vault-door.tsx';

interface Props {
  plan: ServerPlan;
  servers: readonly ServerStatus[];
  onBack: () => void;
}

export function PlanView({ plan, servers, onBack }: Props): ReactNode {
  const t = useT('tools');
  const [choices, setChoices] = useState<Record<string, Choice>>(() => {
    const ids = new Set(servers.map((server): string => server.id));
    return Object.fromEntries(
      plan.servers.map((planned) => {
        const choice = choiceOf(planned, ids);
        ids.add(choice.id);
        return [planned.key, choice];
      }),
    );
  });
  const [isPressed, setPressed] = useState(false);
  const task = useTask();
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  const taken = plan.servers.flatMap((planned) => {
    const choice = choices[planned.key];
    return choice?.take === true ? [{ planned, choice }] : [];
  });
  const faultsFor = (key: string): Map<string, 'bad' | 'taken'> => {
    const own = plan.servers.find((planned) => planned.key === key);
    const choice = choices[key];
    if (own === undefined || choice === undefined) return new Map();
    const others = taken.filter(({ planned }) => planned.key !== key).map((each) => each.choice.id);
    // While they are added the list has them already.
    const there = task.isBusy ? [] : servers.map((server): string => server.id);
    return faultsOf(choice, own, new Set([...there, ...others]));
  };
  const install = async (): Promise<void> => {
    setPressed(true);
    if (taken.some(({ planned }) => faultsFor(planned.key).size > 0)) {
      // After the faults are drawn: to the first of them.
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.tools-plan [aria-invalid="true"]')?.focus());
      return;
    }
    await task.run(async () => {
      const added = await client.servers.apply({
        token: plan.token,
        servers: taken.map(({ planned, choice }) => appliedOf(choice, planned)),
      });
      const failed = added.filter((each) => each.state === 'failed').length;
      if (added.length > 1)
        toast({
          title: t('new.plan.added', { count: added.length }),
          text: failed === 0 ? undefined : t('new.plan.addedFailed', { count: failed }),
          tone: failed === 0 ? 'ok' : 'bad',
        });
      const shown = added.find((each) => each.state === 'failed') ?? added[0];
      // Who has gone elsewhere meanwhile stays there.
      if (shown !== undefined && isHere.current) navigate(routes.tools(shown.id));
    });
  };
  const starting = servers.filter((server) => taken.some(({ choice }) => choice.id === server.id));
  return (
    <form
      className="tools-plan"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (taken.length > 0 && !task.isBusy) void install();
      }}
    >
      <div className="tools-detail">
        <header className="flex items-start gap-2">
          <IconButton icon="arrow-left" label={t('new.back')} className="-ml-1.5 -mt-[3px]" disabled={task.isBusy} onClick={onBack} />
          <div className="min-w-0">
            <h1 className="m-0 font-semibold text-lg [overflow-wrap:anywhere]">{t('new.plan.from', { from: plan.from })}</h1>
            <p className="m-0 text-ink-2">{t('new.plan.nothingYet')}</p>
          </div>
        </header>
        {plan.problems.length === 0 ? null : (
          <div className="flex gap-2 rounded-sm bg-wait-soft px-2.5 py-2">
            <Icon name="triangle-alert" size={15} className="mt-0.5 shrink-0 text-wait" />
            <div className="min-w-0 [overflow-wrap:anywhere]">
              {t('new.plan.problems')}
              {plan.problems.map((problem) => (
                <div key={problem} className="text-ink-2">
                  {problem}
                </div>
              ))}
            </div>
          </div>
        )}
        {plan.lacksNode === true ? <LacksNode /> : null}
        {plan.servers.length === 0 ? <EmptyState icon="plug" title={t('new.plan.none')} /> : null}
        {plan.servers.map((planned) => {
          const choice = choices[planned.key];
          return choice === undefined ? null : (
            <Planned
              key={planned.key}
              planned={planned}
              choice={choice}
              faults={faultsFor(planned.key)}
              showsMissing={isPressed}
              isOnly={plan.servers.length === 1}
              onChange={(patch) => setChoices((before) => ({ ...before, [planned.key]: { ...choice, ...patch } }))}
            />
          );
        })}
      </div>
      <footer className="tools-plan-foot">
        {task.error === undefined ? null : <ErrorNote className="w-full" error={task.error.toJSON()} />}
        {task.error?.code.startsWith('vault-') === true ? <VaultDoor onOpen={() => void install()} /> : null}
        {task.isBusy ? (
          <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1" role="status">
            <Spinner label={t('new.plan.working')} />
            {starting.map((server) => (
              <span key={server.id} className="flex items-center gap-1.5 text-ink-2 text-sm">
                <StateDot tone={shownState(server).tone} /> {server.title}: {t(`state.${shownState(server).word}`)}
              </span>
            ))}
            <span className="text-ink-3 text-sm">{t('new.plan.long')}</span>
          </div>
        ) : null}
        <Button variant="ghost" disabled={task.isBusy} onClick={onBack}>
          {t('new.back')}
        </Button>
        <Button type="submit" variant="primary" loading={task.isBusy} disabled={taken.length === 0}>
          {taken.length === 1 && taken[0]?.choice.enabled === true && plan.servers.length === 1
            ? t('new.plan.installStart')
            : t('new.plan.install', { count: taken.length })}
        </Button>
      </footer>
    </form>
  );
}
