// Files of ComfyUI, Node-RED, Flowise and Rivet: recognised and described node by node. None of them runs here yet, and the
// report says so; what comes near it here is named.

import type { ImportedNode, ImportReport } from '../../../shared/model/import-report.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { ForeignFile } from './foreign-file.ts';

const isObject = (value: unknown): value is JsonObject => value !== null && typeof value === 'object' && !Array.isArray(value);
const text = (value: unknown, fallback: string): string =>
  (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : fallback).slice(0, 200);
const most = 20_000;

export function readOther(source: string, value: JsonValue | undefined): ForeignFile | undefined {
  const report = comfy(value) ?? nodeRed(value) ?? flowise(value) ?? rivet(source, value);
  return report === undefined ? undefined : { report, documents: [] };
}

type Program = Exclude<ImportReport['program'], 'unknown' | 'orrery' | 'n8n'>;

function describe(program: Program, label: string, name: string, nodes: ImportedNode[], notes: string[]): ImportReport {
  const count = `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`;
  return {
    program,
    summary: `A ${label} file with ${count}. It is recognised, but ${label} workflows do not run here yet; nothing is imported.`,
    workflows: [{ name: name.slice(0, 200), verdict: 'not', nodes: nodes.slice(0, most), notes }],
  };
}

const not = (name: string, type: string, reason: string): ImportedNode => ({ name, type, verdict: 'not', reasons: [reason] });

function comfy(value: JsonValue | undefined): ImportReport | undefined {
  const reason = 'It is a step of an image pipeline, which only ComfyUI itself can run.';
  const notes = ['Orrery does not drive a ComfyUI server yet.'];
  if (!isObject(value)) return undefined;
  if (Array.isArray(value.nodes) && (value.last_node_id !== undefined || value.last_link_id !== undefined)) {
    const nodes = value.nodes
      .filter(isObject)
      .map((node) => not(text(node.title, text(node.type, 'node')), text(node.type, 'unknown'), reason));
    return describe('comfyui', 'ComfyUI', 'ComfyUI workflow', nodes, notes);
  }
  const prompt = isObject(value.prompt) ? value.prompt : value;
  const entries = Object.entries(prompt).filter(
    (entry): entry is [string, JsonObject] => isObject(entry[1]) && typeof entry[1].class_type === 'string',
  );
  if (entries.length === 0 || entries.length < Object.keys(prompt).length / 2) return undefined;
  const nodes = entries.map(([id, node]) =>
    not(text(isObject(node._meta) ? node._meta.title : undefined, id), text(node.class_type, 'unknown'), reason),
  );
  return describe('comfyui', 'ComfyUI', 'ComfyUI prompt', nodes, notes);
}

const nodeRedHints: Record<string, string> = {
  inject: 'Here: a “Run by hand” or schedule trigger.',
  function: 'Here: a JavaScript node.',
  switch: 'Here: a condition or switch node.',
  change: 'Here: a transform node.',
  debug: 'Here: an output node; every step’s values are in the run.',
  'http request': 'Here: an HTTP request node.',
  'http in': 'Here: a webhook trigger.',
  delay: 'Here: a delay node.',
  template: 'Here: a template node.',
  split: 'Here: a for-each node.',
  join: 'Here: a merge node.',
  comment: 'Here: a note.',
  file: 'Here: a node that writes a file.',
  'file in': 'Here: a node that reads a file.',
  watch: 'Here: a trigger for changed files.',
  exec: 'No command runs from a workflow here; use a tool server that you allow.',
};

function nodeRed(value: JsonValue | undefined): ImportReport | undefined {
  const list = Array.isArray(value) ? value : isObject(value) && Array.isArray(value.flows) ? value.flows : undefined;
  const nodes = list?.filter(isObject);
  if (nodes === undefined || nodes.length === 0) return undefined;
  const isNode = (node: JsonObject): boolean =>
    typeof node.type === 'string' && typeof node.id === 'string' && (Array.isArray(node.wires) || node.type === 'tab');
  if (!nodes.some(isNode)) return undefined;
  const [tab] = nodes.filter((node) => node.type === 'tab');
  const listed = nodes
    .filter((node) => Array.isArray(node.wires))
    .map((node) => {
      const type = text(node.type, 'unknown');
      const hint = Object.hasOwn(nodeRedHints, type) ? ` ${nodeRedHints[type]}` : '';
      return not(text(node.name, type), type, `Node-RED nodes pass one message at a time and do not run here.${hint}`);
    });
  return describe('node-red', 'Node-RED', text(tab?.label, 'Node-RED flow'), listed, [
    'Node-RED’s credentials are in another file and are never read.',
  ]);
}

function flowise(value: JsonValue | undefined): ImportReport | undefined {
  if (!isObject(value)) return undefined;
  const flow = typeof value.flowData === 'string' ? parse(value.flowData) : value;
  if (!isObject(flow) || !Array.isArray(flow.nodes)) return undefined;
  const nodes = flow.nodes.filter(
    (node): node is JsonObject => isObject(node) && isObject(node.data) && typeof (node.data as JsonObject).name === 'string',
  );
  if (
    nodes.length === 0 ||
    !nodes.some(
      (node) =>
        node.type === 'customNode' ||
        'inputAnchors' in (node.data as JsonObject) ||
        'baseClasses' in (node.data as JsonObject) ||
        'inputParams' in (node.data as JsonObject),
    )
  )
    return undefined;
  const listed = nodes.map((node) => {
    const data = node.data as JsonObject;
    return not(
      text(data.label, text(data.name, 'node')),
      text(data.name, 'unknown'),
      'Flowise builds chains of models from it; here models, tools and memory are chosen in an agent.',
    );
  });
  return describe('flowise', 'Flowise', text(value.name, 'Flowise flow'), listed, [
    'An agent with the same model and tools comes nearest to it.',
  ]);
}

function parse(source: string): JsonValue | undefined {
  try {
    return JSON.parse(source) as JsonValue;
  } catch {
    return undefined;
  }
}

function rivet(source: string, value: JsonValue | undefined): ImportReport | undefined {
  const notes = ['A prompt, condition and code node of Rivet each have one of the same meaning here.'];
  const reason = 'Rivet’s graphs do not run here.';
  if (value === undefined) {
    // Rivet's own files are YAML: `version: 4` and `data:` with graphs, nodes written as `'[id]:type "title"'`.
    if (
      !/^version:\s*\d+/m.test(source.slice(0, 200)) ||
      !/^data:/m.test(source.slice(0, 2000)) ||
      !/\bgraphs:/.test(source.slice(0, 200_000))
    )
      return undefined;
    const nodes = [...source.matchAll(/^\s*'?\[[^\]\n]{1,80}\]:([A-Za-z0-9]+)(?: "([^"\n]{0,200})")?'?:\s*$/gm)].slice(0, most);
    return describe(
      'rivet',
      'Rivet',
      'Rivet project',
      nodes.map((match) => not(match[2] || (match[1] as string), match[1] as string, reason)),
      notes,
    );
  }
  const data = isObject(value) && isObject(value.data) ? value.data : value;
  if (!isObject(data) || !isObject(data.graphs)) return undefined;
  const graphs = Object.values(data.graphs).filter(isObject);
  const nodes = graphs
    .flatMap((graph) => (Array.isArray(graph.nodes) ? graph.nodes : isObject(graph.nodes) ? Object.values(graph.nodes) : []))
    .filter(isObject);
  if (nodes.length === 0) return undefined;
  return describe(
    'rivet',
    'Rivet',
    'Rivet project',
    nodes.map((node) => not(text(node.title, text(node.type, 'node')), text(node.type, 'unknown'), reason)),
    notes,
  );
}
