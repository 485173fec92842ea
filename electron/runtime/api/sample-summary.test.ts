import { describe, expect, it } from 'vitest';
import { graph } from '../../../tests/helpers/engine-lab.ts';
import { builtInNodes } from '../nodes/nodes.generated.ts';
import { createRegistry } from '../nodes/registry.ts';
import { summariseSample } from './sample-summary.ts';

const registry = createRegistry({ nodes: builtInNodes, toolHost: { tools: () => [], onChange: () => () => undefined } as never });

describe('what the gallery shows of a sample', () => {
  it('computes tags and a picture from the graph, without its notes', () => {
    const document = graph(
      [
        { id: 'n', kind: 'note.text', config: { text: 'Hello' } },
        { id: 'i', kind: 'flow.input', config: { name: 'file', type: 'file' } },
        { id: 'r', kind: 'data.read-file', title: 'Read it', position: { x: 10, y: 20 } },
        { id: 'm', kind: 'model.prompt' },
      ],
      ['i>r.path', 'r>m'],
    );
    const summary = summariseSample(document, registry.descriptors());
    expect(summary.tags).toEqual(['files', 'models']);
    expect(summary.sketch.nodes.map((node) => node.title)).toEqual(['Input', 'Read it', expect.any(String)]);
    expect(summary.sketch.nodes[1]).toMatchObject({ x: 10, y: 20, title: 'Read it' });
    expect(summary.sketch.edges).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('shows a node of an unknown kind too', () => {
    const { sketch } = summariseSample(graph([{ id: 'x', kind: 'plugin.thing' }]), registry.descriptors());
    expect(sketch.nodes).toEqual([{ x: 0, y: 0, family: 'data', icon: 'circle', title: 'plugin.thing' }]);
  });
});
