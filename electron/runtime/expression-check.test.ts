import { expect, test } from 'vitest';
import { parseWorkflowDocument } from '../../shared/model/workflow.ts';
import { planWorkflow } from './engine/plan.ts';
import { checkExpressions, expressionFault } from './expression-check.ts';
import { builtInNodes } from './nodes/nodes.generated.ts';

test('says what is wrong and where', () => {
  expect(expressionFault('input.name')).toBeUndefined();
  expect(expressionFault('input.(')).toMatch(/at character/);
  expect(expressionFault('('.repeat(200_000))).toBeTruthy();
});

test('looks into fields and into rows', () => {
  const rows = {
    key: 'cases',
    label: 'Cases',
    kind: 'rows' as const,
    addLabel: 'Add',
    columns: [{ key: 'when', label: 'When', kind: 'expression' as const }],
  };
  const plain = { key: 'expression', label: 'Expression', kind: 'expression' as const };
  expect(
    checkExpressions({ expression: 'a +', cases: [{ when: 'b' }, { when: 'c (' }] }, [plain, rows]).map((fault) => fault.field),
  ).toEqual(['expression', 'cases']);
  expect(checkExpressions({ expression: '', cases: [{ when: '' }] }, [plain, rows])).toEqual([]);
});

test('a graph with an expression that does not parse is refused before it runs, naming node and field', () => {
  const registry = { get: (kind: string) => builtInNodes.find((node) => node.kind === kind) };
  const document = parseWorkflowDocument({
    format: 'orrery.workflow',
    formatVersion: 1,
    name: 'Test',
    nodes: [{ id: 'sum', kind: 'data.transform', title: 'Sum', position: { x: 0, y: 0 }, config: { expression: '$sum(' } }],
    edges: [],
  });
  expect(planWorkflow(document, registry).complaints).toMatchObject([
    { severity: 'error', code: 'config-invalid', node: 'sum', field: 'expression' },
  ]);
});
