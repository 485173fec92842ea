// What `vars` gives in one run: what it was started with, and its variables as they are now. The last set in the order of the
// journal counts, so a run that is taken up again reads what it would have read.

import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { WorkflowVariable } from '../../../shared/model/workflow.ts';
import { cleanOutputs, type Redact } from './clean-output.ts';
import type { Journal, StepRecord } from './journal.ts';
import { type ReadLarge, wholeOutputs } from './past/large.ts';
import { type Plan, quoted } from './plan-types.ts';
import { variableFault } from './plan-variables.ts';

export class RunVariables {
  readonly #known: ReadonlyMap<string, WorkflowVariable>;
  readonly #redact: Redact;
  /** Never changed in place: a step that was given it keeps what it saw. */
  #current: Record<string, JsonValue>;

  constructor(plan: Plan, inputs: Record<string, JsonValue>, kept: Record<string, JsonValue>, redact: Redact) {
    this.#redact = redact;
    this.#known = new Map(plan.variables.map((variable) => [variable.name, variable]));
    this.#current = inputs;
    if (this.#known.size === 0) return;
    this.#current = { ...inputs };
    for (const { name, initial } of plan.variables) this.#current[name] = initial;
    Object.assign(this.#current, kept);
  }

  get current(): Record<string, JsonValue> {
    return this.#current;
  }

  /** Throws `variable-unknown`, `variable-wrong-type`. */
  async set(name: string, value: JsonValue): Promise<void> {
    const variable = this.#known.get(name);
    if (variable === undefined)
      throw new AppError('variable-unknown', `This workflow has no variable named ${quoted(name)}.`, {
        place: name,
        hint: 'Add it to the workflow’s variables, or look how it is spelled there.',
      });
    const fault = variableFault(variable, value);
    if (fault !== undefined)
      throw new AppError('variable-wrong-type', `${quoted(name)} cannot take that value: ${fault}.`, {
        place: name,
        hint: 'Give it a value of its kind, or widen the variable’s schema.',
      });
    // As the journal will have it: a run that is taken up again must read the same.
    const { kept } = cleanOutputs({ kept: value }, this.#redact);
    this.#current = { ...this.#current, [name]: kept ?? null };
  }
}

export async function openVariables(
  plan: Plan,
  inputs: Record<string, JsonValue>,
  journal: Pick<Journal, 'steps'>,
  { redact, readLarge }: { redact: Redact; readLarge: ReadLarge },
): Promise<RunVariables> {
  const kept: Record<string, JsonValue> = {};
  for (const [name, record] of lastSets(plan, journal)) kept[name] = (await wholeOutputs(record, readLarge))?.out ?? null;
  return new RunVariables(plan, inputs, kept, redact);
}

/** The step that set each variable last. A node that sets one names it in its config, and gives the value on `out`. */
function lastSets(plan: Plan, { steps }: Pick<Journal, 'steps'>): Map<string, StepRecord> {
  const last = new Map<string, StepRecord>();
  const setters = new Map(
    plan.nodes.filter(({ type }) => type.kind === 'flow.set-variable').map(({ id, config }) => [id, String(config.name)]),
  );
  if (setters.size === 0) return last;
  for (const [step, record] of steps) {
    const name = setters.get(step.split('#', 1)[0] as string);
    if (name === undefined || record.outputs === undefined) continue;
    if ((last.get(name)?.doneSeq ?? -1) < (record.doneSeq ?? 0)) last.set(name, record);
  }
  return last;
}
