// The form of one node, drawn from its descriptor, and what every node has: retries, a time limit, what a failure does.

import { useMemo } from 'react';
import type { JsonValue } from '../../../../shared/model/json.ts';
import type { FieldSpec, NodeDescriptor } from '../../../../shared/model/node-descriptor.ts';
import type { Complaint, WorkflowNode } from '../../../../shared/model/workflow.ts';
import { useT } from '../../../strings/index.ts';
import { Collapse, ErrorNote, Field, Icon } from '../../../ui/index.ts';
import { useEditor, useEditorStore } from '../editor/context.ts';
import { apply, lastOutputs } from '../editor/store.ts';
import { FieldControl } from '../fields/field-control.tsx';
import { isShown } from '../model/catalog.ts';
import { configure } from '../model/edits.ts';
import { variablesFor } from '../model/variables.ts';
import { FailureFields } from './failure-fields.tsx';
import { StepFields } from './step-fields.tsx';

const noComplaints: readonly Complaint[] = [];

/** A tool field holds the server and the tool. */
const isAbout = (complaint: Complaint, spec: FieldSpec): boolean =>
  complaint.field === spec.key || (spec.kind === 'tool' && (complaint.field === 'server' || complaint.field === 'tool'));

function Remark({ complaint }: { complaint: Complaint }) {
  if (complaint.severity === 'error') return <ErrorNote error={{ ...complaint, retryable: false }} />;
  return (
    <div className="flex gap-2 rounded-sm bg-sunken px-2.5 py-2 text-ink-2">
      <Icon name="triangle-alert" size={15} className="mt-[2.5px] shrink-0" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        {complaint.message}
        {complaint.hint !== undefined && <div className="text-ink-3">{complaint.hint}</div>}
      </div>
    </div>
  );
}

export function SetUp({ node, descriptor }: { node: WorkflowNode; descriptor: NodeDescriptor | undefined }) {
  const t = useT('workflow');
  const editor = useEditorStore();
  const disabled = useEditor((state) => state.readOnly);
  const complaints = useEditor((state) => state.complaintsByNode.get(node.id)) ?? noComplaints;
  const edges = useEditor((state) => state.history.document.edges);
  const nodeCount = useEditor((state) => state.history.document.nodes.length);
  const catalog = useEditor((state) => state.catalog);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what can be named changes with the graph, not with each letter typed
  const variables = useMemo(() => {
    const state = editor.getState();
    return variablesFor(state.history.document, catalog, node.id, (id) => lastOutputs(state, id));
  }, [editor, catalog, node.id, edges, nodeCount]);

  if (descriptor === undefined)
    return (
      <div className="flex flex-col gap-3">
        <ErrorNote
          error={{
            code: 'unknown-node-kind',
            message: t('node.unknown-long', { kind: node.kind }),
            hint: t('node.unknown-hint'),
            retryable: false,
          }}
        />
        <pre className="wf-raw">{JSON.stringify(node.config, undefined, 2)}</pre>
      </div>
    );

  const put = (values: Readonly<Record<string, JsonValue | undefined>>) => {
    const state = editor.getState();
    const now = state.history.document.nodes.find((candidate) => candidate.id === node.id);
    if (now !== undefined)
      apply(editor, configure(state.history.document, now, values, descriptor), `config:${node.id}:${Object.keys(values).join()}`);
  };
  const fields = descriptor.fields.filter((spec) => isShown(spec, node.config));
  const draw = (spec: FieldSpec) => {
    const fault = complaints.find((complaint) => isAbout(complaint, spec));
    return (
      <Field
        key={spec.key}
        label={spec.label}
        required={spec.required === true}
        inline={spec.kind === 'toggle'}
        {...(spec.help === undefined ? {} : { hint: spec.help })}
        {...(fault === undefined ? {} : { error: fault.message })}
      >
        <FieldControl
          spec={spec}
          id={`field-${node.id}-${spec.key}`}
          value={node.config[spec.key]}
          onChange={(value) => put({ [spec.key]: value })}
          config={node.config}
          onConfig={put}
          variables={variables}
          isInvalid={fault?.severity === 'error'}
          disabled={disabled}
        />
      </Field>
    );
  };
  const advanced = fields.filter((spec) => spec.advanced === true);
  const general = complaints.filter((complaint) => !fields.some((spec) => isAbout(complaint, spec)));
  return (
    <div className="flex flex-col gap-4">
      {general.map((complaint) => (
        <Remark key={`${complaint.code}${complaint.message}`} complaint={complaint} />
      ))}
      <p className="text-sm text-ink-3">{descriptor.description}</p>
      {fields.filter((spec) => spec.advanced !== true).map(draw)}
      {advanced.length > 0 && (
        <Collapse title={t('inspector.more')}>
          <div className="flex flex-col gap-4">{advanced.map(draw)}</div>
        </Collapse>
      )}
      {descriptor.family !== 'note' && <FailureFields node={node} descriptor={descriptor} disabled={disabled} />}
      {descriptor.family !== 'note' && <StepFields key={node.id} node={node} descriptor={descriptor} disabled={disabled} />}
    </div>
  );
}
