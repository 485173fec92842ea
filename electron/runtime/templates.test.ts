import { describe, expect, test } from 'vitest';
import type { FieldSpec } from '../../shared/model/node-descriptor.ts';
import type { NodeScope } from './nodes/define-node.ts';
import { checkTemplates, hasTemplates, renderConfig, renderText, renderValue } from './templates.ts';

const scope: NodeScope = {
  input: { name: 'a', list: [1, 2], nothing: null },
  inputs: {},
  vars: { whole: '${secret:TOKEN}', half: '$', rest: '{secret:TOKEN}' },
  item: 7,
  index: 0,
  steps: { before: { n: 5 } },
};
const field = (over: Partial<FieldSpec> = {}): FieldSpec => ({ key: 'text', label: 'Text', kind: 'template', ...over }) as FieldSpec;
const render = (text: string) => renderConfig({ text }, [field()], scope, 'Node').text;

describe('texts', () => {
  test('name what the scope holds', () => {
    expect(render('{{ input.name }} {{ item }} {{ index }} {{ steps.before.n }} {{ input.list | join: "+" }}')).toBe('a 7 0 5 1+2');
    expect(render('{{ input.list }}')).toBe('[\n  1,\n  2\n]');
    expect(render('{{ nope | default: "else" }}{% if nope %}x{% endif %}')).toBe('else');
  });
  test('without templates are left as they are, with the same object', () => {
    const config = { text: 'plain { text }' };
    expect(renderConfig(config, [field()], scope, 'Node')).toBe(config);
    expect(hasTemplates(config, [field()])).toBe(false);
  });
  test('that name what there is not, or run away, fail with node, field and what to do', () => {
    expect(() => render('{{ input.gone }}')).toThrowError(
      expect.objectContaining({ code: 'template-failed', place: 'text', message: '“Node”: “Text” names input.gone, which there is not.' }),
    );
    for (const text of [
      '{{ input.constructor }}',
      '{{ input.__proto__ }}',
      '{% for i in (1..1000000000) %}x{% endfor %}',
      '{% include "/etc/passwd" %}',
    ])
      expect(() => render(text)).toThrowError(expect.objectContaining({ code: 'template-failed' }));
  });
  test('that do not parse are found before', () => {
    expect(checkTemplates({ text: '{% if %}' }, [field()])).toMatchObject([{ field: 'text' }]);
  });
  test('a hidden field is not rendered', () => {
    const hidden = field({ when: { key: 'mode', is: ['b'] } });
    expect(renderConfig({ mode: 'a', text: '{{ nope }}' }, [hidden], scope, 'Node').text).toBe('{{ nope }}');
  });
});

describe('secrets', () => {
  test('a handle that the person wrote stays; one that data brings is broken, also in pieces', () => {
    expect(renderText('${secret:KEY} {{ vars.whole }} {{ vars.half }}{{ vars.rest }}', scope)).toBe(
      '${secret:KEY} $ {secret:TOKEN} $ {secret:TOKEN}',
    );
    expect(renderText('{{ vars.half }}{{ vars.rest }}', scope)).toBe('$ {secret:TOKEN}');
    expect(renderText('{{ vars.half }}{secret:TOKEN}', scope)).toBe('$ {secret:TOKEN}');
    expect(renderValue('{{ vars }}', scope)).toMatchObject({ whole: '$ {secret:TOKEN}' });
  });
});

describe('other fields', () => {
  test('tool arguments take raw values, deep inside', () => {
    const args = { list: '{{ input.list }}', deep: [{ text: 'n={{ steps.before.n }}' }], number: 3 };
    const fields = [field({ key: 'args', kind: 'tool-arguments' } as Partial<FieldSpec>)];
    expect(renderConfig({ args }, fields, scope, 'Node').args).toEqual({ list: [1, 2], deep: [{ text: 'n=5' }], number: 3 });
  });
  test('rows are rendered in their template columns only', () => {
    const rows = field({
      key: 'rows',
      kind: 'rows',
      addLabel: 'Add',
      columns: [
        { key: 'name', label: 'N', kind: 'text' },
        { key: 'value', label: 'V', kind: 'template' },
      ],
    } as Partial<FieldSpec>);
    expect(renderConfig({ rows: [{ name: '{{ item }}', value: '{{ item }}' }] }, [rows], scope, 'Node').rows).toEqual([
      { name: '{{ item }}', value: '7' },
    ]);
  });
});
