import type { ReactNode } from 'react';
import { serverId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { LargeValue, RunSummary } from '../../../shared/model/run.ts';
import type { StepView } from '../../../shared/model/run-view.ts';
import { useT } from '../../strings/index.ts';
import { ErrorNote, SkeletonRows } from '../../ui/index.ts';
import { WhyAllowed } from '../why/index.ts';
import { PortValues, StepActions, StepCourse, ToolAnswer, useStep, WaitingNote } from '../workflow/index.ts';

interface Props {
  run: RunSummary;
  step: StepView;
  title: string;
  nodeTitle: string;
  canAct: boolean;
}

/** An opened step: how it went beside what it got and gave, and what can be done from it. */
export function StepBody({ run, step, title, nodeTitle, canAct }: Props) {
  const t = useT('runs');
  const { data, error } = useStep(run.id, step);
  return (
    <div className="flex flex-col gap-4 pt-2 pr-4 pb-4 pl-10">
      <WaitingNote step={step} />
      {error !== undefined && <ErrorNote error={error} />}
      <StepCourse step={step} detail={data} isBrief />
      {data === undefined && error === undefined && <SkeletonRows count={2} />}
      {data !== undefined && (
        <>
          <Values title={t('input')} run={run} values={data.inputs} large={data.largeInputs} />
          <Output run={run} step={step} values={data.outputs ?? step.outputs ?? {}} large={data.large} />
        </>
      )}
      {/* Again when it has ended: what became of it is in the log then. */}
      {step.status !== 'held' && <WhyAllowed key={step.status} run={run.id} step={step.step} />}
      {canAct && <StepActions run={run} step={step} title={title} nodeTitle={nodeTitle} className="flex flex-wrap gap-1.5" />}
    </div>
  );
}

/** What a tool answered to an agent is shown as what it is: its pictures, its links. */
function Output({ run, step, values, large }: Omit<ValuesProps, 'title'> & { step: StepView }): ReactNode {
  const t = useT('runs');
  const isAnswer = /(^|\/)tool-\d+-\d+$/.test(step.step) && (values.result !== undefined || large?.result !== undefined);
  if (!isAnswer) return <Values title={t('output')} run={run} values={values} large={large} />;
  const server = serverId.safeParse(step.node.split('.')[0]).data;
  return (
    <section className="flex min-w-0 flex-col gap-1">
      <h3 className="wf-section">{t('output')}</h3>
      <ToolAnswer
        run={run}
        value={values.result}
        large={large?.result}
        server={server}
        otherwise={<PortValues run={run} values={values} large={large} />}
      />
    </section>
  );
}

interface ValuesProps {
  title: string;
  run: RunSummary;
  values: Readonly<Record<string, JsonValue>>;
  large: Readonly<Record<string, LargeValue>> | undefined;
}

function Values({ title, run, values, large }: ValuesProps): ReactNode {
  if (Object.keys(values).length === 0 && large === undefined) return null;
  return (
    <section className="flex min-w-0 flex-col gap-1">
      <h3 className="wf-section">{title}</h3>
      <PortValues run={run} values={values} large={large} />
    </section>
  );
}
