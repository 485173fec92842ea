// Random small graphs of every construct, left at every point of their journal as a crash would leave them: each ends as the
// uninterrupted run did, and no completed step goes again.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import type { RunEvent } from '../../../shared/model/run.ts';
import type { WorkflowDocument } from '../../../shared/model/workflow.ts';
import { type EngineLab, graph, type NodeSketch, openLab, testNode } from '../../../tests/helpers/engine-lab.ts';
import { leave } from '../../../tests/helpers/left-run.ts';
import { cleanUpNode } from '../nodes/clean-up.node.ts';
import type { AnyNodeType } from '../nodes/define-node.ts';
import { forEachNode } from '../nodes/for-each.node.ts';
import { mergeNode } from '../nodes/merge.node.ts';
import { outputNode } from '../nodes/output.node.ts';
import { repeatNode } from '../nodes/repeat.node.ts';
import { setVariableNode } from '../nodes/set-variable.node.ts';
import { tryNode } from '../nodes/try.node.ts';

const sizeOf = (value: JsonValue | undefined): number =>
  typeof value === 'number'
    ? value
    : typeof value === 'string'
      ? value.length
      : Array.isArray(value)
        ? value.reduce<number>((sum, each) => sum + sizeOf(each), 0)
        : value === null || value === undefined
          ? 0
          : 1;
/** Says that it ran, and gives a number that follows from its input and the variable. */
const adds = (kind: string, effect: 'none' | 'idempotent' | 'once') =>
  testNode(kind, {
    effect,
    needs: ['log'],
    run: async ({ scope, use }) => {
      use.log.info('it ran');
      await Promise.resolve();
      return { out: (sizeOf(scope.input) + Number(scope.vars.count ?? 0) + 1) % 10_007 };
    },
  });
const nodes = [
  adds('test.none', 'none'),
  adds('test.idempotent', 'idempotent'),
  adds('test.once', 'once'),
  testNode('test.large', { run: async ({ scope }) => ({ out: 'x'.repeat(20_000 + (sizeOf(scope.input) % 100)) }) }),
  testNode('test.same', { run: async () => ({ out: 1 }) }),
  testNode('test.list', { run: async ({ config }) => ({ out: config.list as JsonValue }) }),
  testNode('test.fail', { run: () => Promise.reject(new AppError('it-broke', 'It broke.')) }),
  forEachNode,
  repeatNode,
  tryNode,
  cleanUpNode,
  mergeNode,
  setVariableNode,
  outputNode,
] as AnyNodeType[];

type Block =
  | { is: 'step'; effect: 'none' | 'idempotent' | 'once' }
  | { is: 'large' | 'set' | 'fail' | 'caught' | 'first' }
  | { is: 'try'; times: number; body: Block[] }
  | { is: 'each'; list: number[]; concurrency: number; policy: string; body: Block[] }
  | { is: 'repeat'; times: number; body: Block[] }
  | { is: 'branches'; left: Block[]; right: Block[] };

const { blocks } = fc.letrec<{ blocks: Block[]; block: Block }>((tie) => ({
  blocks: fc.array(tie('block'), { minLength: 1, maxLength: 3, depthIdentifier: 'graph' }),
  block: fc.oneof(
    { depthIdentifier: 'graph', maxDepth: 3, depthSize: 'small' },
    fc.record({ is: fc.constant('step' as const), effect: fc.constantFrom('none' as const, 'idempotent' as const, 'once' as const) }),
    fc.record({ is: fc.constantFrom('large' as const, 'set' as const, 'set' as const, 'caught' as const, 'first' as const) }),
    fc.record({ is: fc.constant('fail' as const) }),
    fc.record({ is: fc.constant('try' as const), times: fc.integer({ min: 0, max: 1 }), body: tie('blocks') }),
    fc.record({
      is: fc.constant('each' as const),
      list: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
      concurrency: fc.integer({ min: 1, max: 3 }),
      policy: fc.constantFrom('stop', 'skip', 'collect'),
      body: tie('blocks'),
    }),
    fc.record({ is: fc.constant('repeat' as const), times: fc.integer({ min: 1, max: 3 }), body: tie('blocks') }),
    fc.record({ is: fc.constant('branches' as const), left: tie('blocks'), right: tie('blocks') }),
  ),
}));

/** Lays a list of blocks out as nodes and edges. */
class Layout {
  readonly sketches: NodeSketch[] = [];
  readonly edges: string[] = [];

  add(kind: string, from: string | undefined, more: Partial<NodeSketch> = {}): string {
    const id = `n${this.sketches.length}`;
    this.sketches.push({ id, kind, ...more });
    if (from !== undefined) this.edges.push(`${from}>${id}`);
    return id;
  }

  merge(sources: string[], config: Record<string, JsonValue>): string {
    const id = this.add('flow.merge', undefined, { config });
    for (const source of sources) this.edges.push(`${source}>${id}`);
    return id;
  }

  /** Gives the port at its end. `isAlone`: nothing else of the run goes at the same time, so the variable may be set. */
  sequence(list: readonly Block[], from: string, isAlone: boolean): string {
    return list.reduce((at, block) => this.block(block, at, isAlone), from);
  }

  block(block: Block, from: string, isAlone: boolean): string {
    switch (block.is) {
      case 'step':
        return this.add(`test.${block.effect}`, from);
      case 'large':
        return this.add('test.none', this.add('test.large', from));
      case 'set':
        return isAlone ? this.add('flow.set-variable', from, { config: { name: 'count', expression: 'vars.count + 1' } }) : from;
      case 'fail':
        return this.add('test.fail', from);
      case 'caught':
        return this.add('test.idempotent', `${this.add('test.fail', from, { onError: 'continue' })}.error`);
      case 'first':
        return this.merge([this.add('test.same', from), this.add('test.same', this.add('test.same', from))], { wait: 'first' });
      case 'try': {
        const id = this.add('flow.try', from, { retry: { times: block.times, delayMs: 1 } });
        this.sequence(block.body, `${id}.item`, isAlone);
        return this.merge([`${id}.done`, this.add('test.once', `${id}.error`)], { wait: 'all' });
      }
      case 'each': {
        const { list, concurrency, policy, body } = block;
        const given = this.add('test.list', from, { config: { list } });
        const id = this.add('flow.for-each', given, { config: { concurrency, onItemError: policy } });
        this.sequence(body, `${id}.item`, isAlone && concurrency === 1);
        return `${id}.done`;
      }
      case 'repeat': {
        const id = this.add('flow.repeat', from, { config: { until: `index >= ${block.times - 1}` } });
        this.sequence(block.body, `${id}.item`, isAlone);
        return `${id}.done`;
      }
      default: {
        const ends = [block.left, block.right].map((each) => this.sequence(each, this.add('test.none', from), false));
        return this.merge(ends, { wait: 'all', mode: 'list' });
      }
    }
  }
}

function documentOf(list: readonly Block[], hasCleanUp: boolean): WorkflowDocument {
  const layout = new Layout();
  const end = layout.sequence(list, layout.add('test.none', undefined), true);
  layout.add('flow.output', layout.add('test.none', end), { config: { name: 'result' } });
  if (hasCleanUp) layout.add('test.once', layout.add('flow.clean-up', undefined));
  const document = graph(layout.sketches, layout.edges);
  return { ...document, variables: [{ name: 'count', schema: { type: 'integer' }, initial: 0 }] };
}

/** A person who knows that what was cut off had not happened. */
function answerAll({ lab }: EngineLab): void {
  lab.inbox.onChange(() => {
    for (const { id, request } of lab.ports.store.inbox.list({ status: 'open', limit: 500 }))
      if (request.kind === 'unknown-outcome')
        queueMicrotask(() => {
          if (lab.ports.store.inbox.get(id)?.status === 'open') lab.inbox.answer(id, { kind: 'unknown-outcome', answer: 'redo' });
        });
  });
}

const actOf = new Set<RunEvent['type']>(['step-start', 'step-done', 'step-failed', 'step-log']);

async function endsAlikeFromEverywhere(lab: EngineLab, document: WorkflowDocument): Promise<void> {
  const whole = await lab.run(document);
  const rows = whole.events.slice(1).filter(({ type }) => type !== 'run-end');
  const cuts = rows.length > 90 ? rows.map((_, kept) => kept).filter((kept) => kept % 3 === 0) : [...rows.keys(), rows.length];
  const left: { id: RunId; kept: number }[] = [];
  for (const kept of cuts) left.push({ id: await leave(lab, document, rows.slice(0, kept)), kept });
  lab.lab.engine.resumeUnfinished();
  for (const { id, kept } of left) {
    const end = await lab.end(id);
    expect({ kept, status: end.status, outputs: end.outputs, code: end.error?.code }).toEqual({
      kept,
      status: whole.status,
      outputs: whole.outputs,
      code: whole.error?.code,
    });
    const done = new Set(rows.slice(0, kept).flatMap((event) => (event.type === 'step-done' ? [event.step] : [])));
    const after = lab.events(id).slice(kept + 1);
    expect({ kept, again: after.filter((event) => 'step' in event && actOf.has(event.type) && done.has(event.step)) }).toEqual({
      kept,
      again: [],
    });
    const twice = lab.events(id).flatMap((event) => (event.type === 'step-done' ? [event.step] : []));
    expect(new Set(twice).size).toBe(twice.length);
  }
}

test('random graphs end alike from every point of their journal', { timeout: 300_000 }, async () => {
  const lab = openLab(nodes);
  answerAll(lab);
  try {
    await fc.assert(
      fc.asyncProperty(blocks, fc.boolean(), async (list, hasCleanUp) => endsAlikeFromEverywhere(lab, documentOf(list, hasCleanUp))),
      {
        numRuns: Number(process.env.ORRERY_GRAPHS ?? 12),
        // The same graphs each time, so that a change is judged by what it did; other seeds are for hunting.
        seed: Number(process.env.ORRERY_SEED ?? 1),
      },
    );
  } finally {
    await lab.close();
  }
});
