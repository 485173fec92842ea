// Rivet's graph processor in memory, with nodes of our own as a plugin would bring them: it keeps nothing.

import { createProcessor, NodeImpl, NodeRegistration, nodeDefinition, registerBuiltInNodes } from '@ironclad/rivet-node';
import { serveRounds } from './serve-rounds.mjs';

const numberPort = (id) => ({ id, title: id, dataType: 'number' });

class Count extends NodeImpl {
  static create() {
    return { type: 'benchCount', title: 'Count', id: 'count', visualData: { x: 0, y: 0, width: 1 }, data: {} };
  }
  static getUIData() {
    return {};
  }
  getInputDefinitions() {
    return [numberPort('in')];
  }
  getOutputDefinitions() {
    return [numberPort('out')];
  }
  async process(inputs) {
    return { out: { type: 'number', value: (inputs.in?.value ?? 0) + 1 } };
  }
}

class Sum extends Count {
  static create() {
    return { ...Count.create(), type: 'benchSum' };
  }
  getInputDefinitions() {
    return Array.from({ length: 10 }, (_, i) => numberPort(`in${i}`));
  }
  async process(inputs) {
    return { out: { type: 'number', value: Object.values(inputs).reduce((sum, each) => sum + each.value, 0) } };
  }
}

await serveRounds(async () => {
  const registry = new NodeRegistration();
  registerBuiltInNodes(registry);
  registry.register(nodeDefinition(Count, 'Count'));
  registry.register(nodeDefinition(Sum, 'Sum'));
  const node = (id, type, data = {}) => ({ type, title: id, id, visualData: { x: 0, y: 0, width: 1 }, data });
  const wire = (from, to, input = 'in') => ({ outputNodeId: from, outputId: 'out', inputNodeId: to, inputId: input });
  const result = node('result', 'graphOutput', { id: 'result', dataType: 'number' });
  const graph = (id, nodes, connections) => ({ metadata: { id, name: id, description: '' }, nodes: [...nodes, result], connections });

  const chain = Array.from({ length: 100 }, (_, i) => `n${i}`);
  const linear = graph(
    'linear',
    chain.map((name) => node(name, 'benchCount')),
    [...chain.slice(1).map((name, i) => wire(`n${i}`, name)), wire('n99', 'result', 'value')],
  );
  const nodes = [node('source', 'benchCount'), node('join', 'benchSum')];
  const wires = [wire('join', 'result', 'value')];
  for (let b = 0; b < 10; b += 1) {
    for (let i = 0; i < 10; i += 1) {
      nodes.push(node(`b${b}-${i}`, 'benchCount'));
      wires.push(wire(i === 0 ? 'source' : `b${b}-${i - 1}`, `b${b}-${i}`));
    }
    wires.push(wire(`b${b}-9`, 'join', `in${b}`));
  }
  const project = {
    metadata: { id: 'p', title: 'p', description: '' },
    graphs: { linear, fan: graph('fan', nodes, wires) },
    plugins: [],
  };
  const once = (name) => async () => (await createProcessor(project, { graph: name, registry, inputs: {} }).run()).result.value;
  return { linear: once('linear'), fan: once('fan') };
});
