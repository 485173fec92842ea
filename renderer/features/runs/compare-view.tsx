// Two runs side by side: what differs in graph, inputs and each step; what is the same is folded.

import { useState } from 'react';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunSummary } from '../../../shared/model/run.ts';
import type { RunComparison } from '../../../shared/model/run-comparison.ts';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Collapse, Combobox, EmptyState, ErrorState, Facts, formatDateTime, Icon, SectionTitle, SkeletonRows } from '../../ui/index.ts';
import { RunState } from '../workflow/index.ts';
import { DifferenceRow } from './difference-row.tsx';
import { TextDiff } from './text-diff.tsx';

const offered = 200;

interface Props {
  run: RunSummary;
  /** What this run was given. */
  inputs: Readonly<Record<string, JsonValue>>;
  titleOf(step: string, node?: string): string;
}

/** Other runs of the same graph, newest first: of its workflow, or, where none is stored, of the same name. */
async function readOthers(run: RunSummary, signal: AbortSignal): Promise<RunSummary[]> {
  const asked = run.workflow === undefined ? { query: run.title } : { workflow: run.workflow };
  const found = await client.runs.list({ ...asked, kind: 'workflow', limit: offered }, { signal });
  const others = found.filter((each) => each.id !== run.id && each.workflow === run.workflow);
  const source = run.origin.kind === 'fork' || run.origin.kind === 'replay' ? run.origin.run : undefined;
  if (source === undefined || others.some(({ id }) => id === source)) return others;
  // The run that it was made from may be older than all that is offered, or gone.
  const parent = await client.runs.get({ id: source, brief: true }, { signal }).catch(() => undefined);
  return parent === undefined ? others : [...others, parent.run];
}

/** What is compared first: the run that it was made from, else the one before it. */
function usualOther(run: RunSummary, others: readonly RunSummary[]): RunSummary | undefined {
  const { origin } = run;
  const source = origin.kind === 'fork' || origin.kind === 'replay' ? origin.run : undefined;
  return others.find(({ id }) => id === source) ?? others.find(({ number }) => number < run.number) ?? others.at(-1);
}

export function CompareView({ run, inputs, titleOf }: Props) {
  const t = useT('runs');
  const others = useCall((signal) => readOthers(run, signal), [run.id]);
  const [chosen, setChosen] = useState<string>();
  if (others.data === undefined)
    return others.error === undefined ? (
      <div className="p-3">
        <SkeletonRows count={6} />
      </div>
    ) : (
      <ErrorState error={others.error} onRetry={others.reload} />
    );
  const other = others.data.find(({ id }) => id === chosen) ?? usualOther(run, others.data);
  if (other === undefined) return <EmptyState icon="git-compare" title={t('compared.none')} text={t('compared.none-text')} />;
  return (
    <div className="flex h-full flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2.5">
        <span className="w-[88px] shrink-0 text-ink-3">{t('compared.with')}</span>
        <Combobox
          aria-label={t('compared.with')}
          className="w-60"
          value={other.id}
          onChange={setChosen}
          options={others.data.map((each) => ({
            value: each.id,
            label: t('number', { number: each.number }),
            hint: `${t(`status.${each.status}`)} · ${formatDateTime(each.startedAt)}`,
          }))}
        />
      </div>
      <Compared key={other.id} run={run} other={other} inputs={inputs} titleOf={titleOf} />
    </div>
  );
}

function Compared({ run, other, inputs, titleOf }: Props & { other: RunSummary }) {
  const t = useT('runs');
  // The older one is on the left: what is new reads as added.
  const [left, right] = other.number < run.number ? [other, run] : [run, other];
  const comparison = useCall(
    (signal) => client.runs.compare({ left: left.id, right: right.id }, { signal }),
    [left.id, right.id, run.status, other.status],
  );
  const { data } = comparison;
  if (data === undefined)
    return comparison.error === undefined ? (
      <div className="p-3">
        <SkeletonRows count={8} />
      </div>
    ) : (
      <ErrorState error={comparison.error} onRetry={comparison.reload} />
    );
  const differing = data.steps.filter(({ state }) => state !== 'same');
  const same = data.steps.filter(({ state }) => state === 'same');
  const sameCount = same.length + (data.leftOut ?? 0);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-4 pb-8">
      <Differences data={data} titleOf={titleOf} />
      {data.inputs === 'changed' && <InputsDiff run={run} other={other.id} inputs={inputs} isLeft={left.id === run.id} />}
      <section className="flex flex-col gap-1">
        {differing.length === 0 ? (
          <p className="m-0 flex gap-2 rounded-sm bg-ok-soft px-2.5 py-2">
            <Icon name="equal" size={15} className="mt-[2.5px] shrink-0 text-ok" />
            <span>
              <span className="font-medium text-ink">{t('compared.all-same')}</span>
              <span className="block text-ink-2">{t('compared.all-same-text', { count: sameCount })}</span>
            </span>
          </p>
        ) : (
          <>
            <SectionTitle>{t('compared.differing', { count: differing.length })}</SectionTitle>
            <p className="m-0 text-ink-3 text-sm">
              {t('compared.swap-hint', {
                left: t('number', { number: left.number }),
                right: t('number', { number: right.number }),
              })}
            </p>
            <ul className="m-0 list-none divide-y divide-line border-line border-y p-0">
              {differing.map((step) => (
                <DifferenceRow key={step.step} difference={step} left={left} right={right} title={titleOf(step.step, step.node)} />
              ))}
            </ul>
          </>
        )}
      </section>
      {differing.length > 0 && sameCount > 0 && (
        <Collapse title={t('compared.same', { count: sameCount })}>
          <ul className="m-0 flex list-none flex-wrap gap-x-4 gap-y-1 p-0 text-ink-2">
            {same.map(({ step, node }) => (
              <li key={step}>{titleOf(step, node)}</li>
            ))}
            {data.leftOut !== undefined && <li className="text-ink-3">{t('compared.left-out', { count: data.leftOut })}</li>}
          </ul>
        </Collapse>
      )}
    </div>
  );
}

function Differences({ data, titleOf }: { data: RunComparison; titleOf(step: string): string }) {
  const t = useT('runs');
  const { added, removed, changed } = data.graph;
  const parts = (['added', 'removed', 'changed'] as const).flatMap((kind) =>
    data.graph[kind].length === 0
      ? []
      : [`${t(`compared.${kind}`, { count: data.graph[kind].length })}: ${data.graph[kind].map((node) => titleOf(node)).join(', ')}`],
  );
  return (
    <Facts>
      <dt>{t('compared.graph')}</dt>
      <dd>{added.length + removed.length + changed.length === 0 ? t('compared.graph-same') : parts.join(' · ')}</dd>
      <dt>{t('compared.inputs')}</dt>
      <dd>{t(data.inputs === 'same' ? 'compared.inputs-same' : 'compared.inputs-changed')}</dd>
      <dt>{t('compared.outcome')}</dt>
      <dd className="flex flex-wrap items-center gap-x-4">
        {[data.left, data.right].map((run) => (
          <span key={run.id} className="inline-flex items-center gap-1.5">
            {t('number', { number: run.number })} <RunState status={run.status} />
          </span>
        ))}
      </dd>
    </Facts>
  );
}

interface InputsProps {
  run: RunSummary;
  other: RunId;
  inputs: Readonly<Record<string, JsonValue>>;
  /** This run is the older one. */
  isLeft: boolean;
}

function InputsDiff({ other, inputs, isLeft }: InputsProps) {
  const t = useT('runs');
  const call = useCall(
    async (signal) => {
      const { events } = await client.runs.get({ id: other }, { signal });
      const start = events.find(({ event }) => event.type === 'run-start')?.event;
      return start?.type === 'run-start' ? start.inputs : {};
    },
    [other],
  );
  if (call.data === undefined) return null;
  const [mine, theirs] = [JSON.stringify(inputs), JSON.stringify(call.data)];
  return (
    <section className="flex flex-col gap-1">
      <SectionTitle>{t('compared.inputs')}</SectionTitle>
      <TextDiff left={isLeft ? mine : theirs} right={isLeft ? theirs : mine} label={t('compared.inputs')} />
    </section>
  );
}
