import type { NodeDescriptor } from '../../../../shared/model/node-descriptor.ts';
import type { WorkflowNode } from '../../../../shared/model/workflow.ts';
import { useT } from '../../../strings/index.ts';
import { Field, Select } from '../../../ui/index.ts';
import { useEditorStore } from '../editor/context.ts';
import { apply } from '../editor/store.ts';
import { NumberField } from '../fields/number-field.tsx';
import { patchNode, setOnError } from '../model/edits.ts';

interface Props {
  node: WorkflowNode;
  descriptor: NodeDescriptor;
  disabled: boolean;
}

const within = (value: unknown, min: number, max: number): number | undefined =>
  typeof value === 'number' ? Math.min(max, Math.max(min, Math.round(value))) : undefined;

/** Retries, the time limit for one attempt, and what a failure does. */
export function FailureFields({ node, descriptor, disabled }: Props) {
  const t = useT('workflow');
  const editor = useEditorStore();
  const patch = (change: Partial<WorkflowNode>, key: string) => {
    const now = editor.getState().history.document.nodes.find((candidate) => candidate.id === node.id);
    if (now !== undefined) apply(editor, { type: 'replace', nodes: [patchNode(now, change)] }, `${key}:${node.id}`);
  };
  const number = (
    key: string,
    value: number | undefined,
    unit: string | undefined,
    put: (value: number | undefined) => void,
    max: number,
  ) => (
    <NumberField
      spec={{ kind: 'number', key, label: key, min: 0, max, ...(unit === undefined ? {} : { unit }) }}
      id={`${key}-${node.id}`}
      value={value}
      onChange={(next) => put(typeof next === 'number' ? next : undefined)}
      config={node.config}
      onConfig={() => undefined}
      variables={[]}
      isInvalid={false}
      disabled={disabled}
    />
  );
  const times = node.retry?.times ?? 0;
  const delayMs = node.retry?.delayMs ?? 1000;
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-2 gap-2.5">
        <Field label={t('inspector.retries')}>
          {number(
            'retries',
            times,
            undefined,
            (value) => {
              const next = within(value, 0, 20) ?? 0;
              patch({ retry: next === 0 ? undefined : { times: next, delayMs } }, 'retry');
            },
            20,
          )}
        </Field>
        <Field label={t('inspector.timeout')}>
          {number(
            'timeout',
            node.timeoutMs === undefined ? undefined : node.timeoutMs / 1000,
            's',
            (value) => patch({ timeoutMs: value === undefined ? undefined : within(value * 1000, 1, 86_400_000) }, 'timeout'),
            86_400,
          )}
        </Field>
        {times > 0 && (
          <Field label={t('inspector.delay')} hint={t('inspector.delay-hint')} className="col-span-2">
            {number(
              'delay',
              delayMs / 1000,
              's',
              (value) => patch({ retry: { times, delayMs: within((value ?? 0) * 1000, 0, 3_600_000) ?? 0 } }, 'retry'),
              3600,
            )}
          </Field>
        )}
      </div>
      <Field label={t('inspector.on-error')}>
        <Select
          value={node.onError}
          disabled={disabled}
          options={[
            { value: 'stop', label: t('inspector.on-error-stop') },
            { value: 'continue', label: t('inspector.on-error-continue') },
          ]}
          onChange={(onError) => {
            const { document } = editor.getState().history;
            const now = document.nodes.find((candidate) => candidate.id === node.id);
            if (now !== undefined) apply(editor, setOnError(document, now, onError, descriptor));
          }}
        />
      </Field>
    </div>
  );
}
