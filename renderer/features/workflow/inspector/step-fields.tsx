// What a step may have besides its own form: a rate limit, results taken from before, pinned outputs. Only where the engine heeds it.

import { useState } from 'react';
import { jsonObject } from '../../../../shared/model/json.ts';
import { type NodeDescriptor, outputsOf } from '../../../../shared/model/node-descriptor.ts';
import type { WorkflowNode } from '../../../../shared/model/workflow.ts';
import { useT } from '../../../strings/index.ts';
import { Button, Field, Select, Switch } from '../../../ui/index.ts';
import { useEditorStore } from '../editor/context.ts';
import { apply, lastOutputs, nodeOf } from '../editor/store.ts';
import { JsonText } from '../fields/json-text.tsx';
import { patchNode } from '../model/edits.ts';
import { NumberInput, within } from '../settings/number-input.tsx';

interface Props {
  node: WorkflowNode;
  descriptor: NodeDescriptor;
  disabled: boolean;
}

const spans = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
type Span = keyof typeof spans;
const spanNames = Object.keys(spans) as Span[];

/** The engine does these itself: there is nothing to limit, to keep or to stand in for. */
const bodies: ReadonlySet<string> = new Set(['flow.for-each', 'flow.repeat', 'flow.try', 'flow.clean-up', 'flow.merge']);
const isDone = (descriptor: NodeDescriptor): boolean =>
  descriptor.family !== 'trigger' && descriptor.family !== 'note' && !bodies.has(descriptor.kind);

export function StepFields({ node, descriptor, disabled }: Props) {
  const editor = useEditorStore();
  if (!isDone(descriptor) && descriptor.kind !== 'flow.input') return null;
  const patch = (change: Partial<WorkflowNode>, key?: string) => {
    const now = nodeOf(editor.getState(), node.id);
    if (now !== undefined) apply(editor, { type: 'replace', nodes: [patchNode(now, change)] }, key && `${key}:${node.id}`);
  };
  return (
    <div className="flex flex-col gap-4">
      {isDone(descriptor) && <RateFields node={node} disabled={disabled} patch={patch} />}
      {isDone(descriptor) && <ReuseField node={node} descriptor={descriptor} disabled={disabled} patch={patch} />}
      <PinnedFields node={node} descriptor={descriptor} disabled={disabled} patch={patch} />
    </div>
  );
}

type Part = Pick<Props, 'node' | 'disabled'> & { patch(change: Partial<WorkflowNode>, key?: string): void };

function RateFields({ node, disabled, patch }: Part) {
  const t = useT('setup');
  const { rateLimit } = node;
  const [chosen, setChosen] = useState<Span>('second');
  const perMs = rateLimit?.perMs ?? spans[chosen];
  const span = spanNames.find((name) => spans[name] === perMs);
  return (
    <Field label={t('rate.title')} hint={t('rate.hint')}>
      <div className="grid grid-cols-2 gap-2.5">
        <NumberInput
          id={`rate-${node.id}`}
          min={1}
          max={10_000}
          unit="×"
          value={rateLimit?.max}
          disabled={disabled}
          onChange={(max) => patch({ rateLimit: max === undefined ? undefined : { max: within(max, 1, 10_000), perMs } }, 'rate')}
        />
        <Select<string>
          aria-label={t('rate.per')}
          value={span ?? 'own'}
          disabled={disabled}
          options={[
            ...spanNames.map((value) => ({ value: value as string, label: t(`rate.${value}`) })),
            ...(span === undefined ? [{ value: 'own', label: t('rate.own', { count: perMs }) }] : []),
          ]}
          onChange={(next) => {
            if (next === 'own') return;
            setChosen(next as Span);
            if (rateLimit !== undefined) patch({ rateLimit: { max: rateLimit.max, perMs: spans[next as Span] } });
          }}
        />
      </div>
    </Field>
  );
}

function ReuseField({ node, descriptor, disabled, patch }: Part & Pick<Props, 'descriptor'>) {
  const t = useT('setup');
  const acts = descriptor.effect !== 'none';
  return (
    <Field label={t('reuse.label')} hint={acts ? `${t('reuse.hint')} ${t('reuse.effect')}` : t('reuse.hint')} inline>
      <Switch checked={node.reuse === true} disabled={disabled} onChange={(reuse) => patch({ reuse: reuse ? true : undefined })} />
    </Field>
  );
}

function PinnedFields({ node, descriptor, disabled, patch }: Part & Pick<Props, 'descriptor'>) {
  const t = useT('setup');
  const editor = useEditorStore();
  const { pinned } = node;
  const ports = outputsOf(descriptor, node).filter((port) => port.name !== 'error');
  const first = ports[0];
  if (first === undefined && pinned === undefined) return null;
  if (pinned === undefined)
    return (
      <div className="flex flex-col gap-1">
        <div className="flex items-center justify-between gap-3">
          <span className="text-base text-ink">{t('pinned.title')}</span>
          <Button
            size="s"
            icon="pin"
            disabled={disabled}
            onClick={() => patch({ pinned: jsonObject.parse(lastOutputs(editor.getState(), node.id) ?? { [first?.name ?? 'out']: null }) })}
          >
            {t('pinned.add')}
          </Button>
        </div>
        <p className="text-ink-3 text-sm">{t('pinned.hint')}</p>
      </div>
    );
  const shown = [...new Set([...Object.keys(pinned), ...ports.map((port) => port.name)])];
  return (
    <section aria-label={t('pinned.title')} className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-3">
        <span className="text-base text-ink">{t('pinned.title')}</span>
        <Button size="s" icon="pin-off" disabled={disabled} onClick={() => patch({ pinned: undefined })}>
          {t('pinned.clear')}
        </Button>
      </div>
      <p className="text-ink-3 text-sm">{t('pinned.hint')}</p>
      {shown.map((port) => (
        <Field key={port} label={t('pinned.port', { port: ports.find((each) => each.name === port)?.label ?? port })}>
          <JsonText
            rows={4}
            value={pinned[port]}
            disabled={disabled}
            isInvalid={false}
            onChange={(value) => {
              const next = { ...pinned };
              if (value === undefined) delete next[port];
              else next[port] = value;
              patch({ pinned: next }, `pin:${port}`);
            }}
          />
        </Field>
      ))}
    </section>
  );
}
