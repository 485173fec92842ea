// Checks a document's variables: names that are free, schemas that can be read, first values that fit, and nodes that set or
// name only what is there. Pure.

import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { WorkflowDocument, WorkflowVariable } from '../../../shared/model/workflow.ts';
import { findArgFaults } from '../tools/check-args.ts';
import { type Complaints, type PlanNode, quoted } from './plan-types.ts';

/** Field kinds in which `vars.name` is read. */
const reading: ReadonlySet<string> = new Set(['template', 'expression', 'file', 'folder', 'rows', 'tool-arguments']);

export function checkVariables(document: Pick<WorkflowDocument, 'variables'>, nodes: readonly PlanNode[], complaints: Complaints): void {
  const inputs = new Set(nodes.filter(({ type }) => type.kind === 'flow.input').map(({ config }) => String(config.name)));
  const names = new Set<string>();
  for (const variable of document.variables ?? []) {
    const { name } = variable;
    const place = `variables.${name}`;
    if (names.has(name))
      complaints.error('variable-twice', `Two variables have the name ${quoted(name)}.`, {
        field: place,
        hint: 'Give one of them another name.',
      });
    names.add(name);
    if (inputs.has(name))
      complaints.error('variable-is-input', `${quoted(name)} is the name of a variable and of an input.`, {
        field: place,
        hint: 'Give the variable another name: steps read both as vars.…',
      });
    const fault = initialFault(variable);
    if (fault !== undefined)
      complaints.error('variable-initial-wrong', `The first value of the variable ${quoted(name)} is not of its kind: ${fault}.`, {
        field: `${place}.initial`,
        hint: 'Give it another first value, or widen its schema.',
      });
  }
  const known = new Set([...inputs, ...names]);
  for (const node of nodes) checkNode(node, names, known, complaints);
}

/** A variable that begins with nothing is set before it is read; only a value that is there has to fit. */
const initialFault = (variable: WorkflowVariable): string | undefined =>
  variable.initial === null ? undefined : variableFault(variable, variable.initial);

function checkNode(node: PlanNode, variables: ReadonlySet<string>, known: ReadonlySet<string>, complaints: Complaints): void {
  if (node.type.kind === 'flow.set-variable') {
    const name = String(node.config.name);
    if (!variables.has(name))
      complaints.error('variable-unknown', `${quoted(node.title)} sets ${quoted(name)}, which is no variable of this workflow.`, {
        node: node.id,
        field: 'name',
        hint:
          variables.size === 0 ? 'Add a variable of that name to the workflow.' : `There is: ${[...variables].slice(0, 20).join(', ')}.`,
      });
  }
  for (const field of node.type.fields) {
    if (!reading.has(field.kind)) continue;
    for (const name of namesRead(node.config[field.key])) {
      if (known.has(name)) continue;
      complaints.warn('variable-unknown', `${quoted(node.title)} reads vars.${name}, which is neither an input nor a variable.`, {
        node: node.id,
        field: field.key,
        hint: 'Look whether the name is spelled as the input or variable is.',
      });
    }
  }
}

/** Only texts that can be a template or an expression are looked at; each name once. */
function namesRead(value: JsonValue | undefined): Set<string> {
  const names = new Set<string>();
  const look = (at: JsonValue | undefined, depth: number): void => {
    if (typeof at === 'string') {
      if (at.includes('vars.')) for (const match of at.matchAll(/(?<![\w.$])vars\.([A-Za-z_]\w{0,63})/g)) names.add(match[1] as string);
    } else if (at !== null && typeof at === 'object' && depth < 8) for (const inner of Object.values(at)) look(inner, depth + 1);
  };
  look(value, 0);
  return names;
}

const prepared = new WeakMap<WorkflowVariable, JsonObject>();

/** Why a value does not fit a variable's schema, in words; undefined when it fits, or the schema cannot be checked here. */
export function variableFault(variable: WorkflowVariable, value: JsonValue): string | undefined {
  let schema = prepared.get(variable);
  if (schema === undefined) {
    const { $defs, definitions } = variable.schema;
    schema = {
      type: 'object',
      properties: { [variable.name]: variable.schema },
      ...($defs === undefined ? {} : { $defs }),
      ...(definitions === undefined ? {} : { definitions }),
    };
    prepared.set(variable, schema);
  }
  const faults = findArgFaults(schema, { [variable.name]: value }, { builtIn: false, hasSecrets: false });
  return faults.length === 0 ? undefined : faults.join('; ');
}
