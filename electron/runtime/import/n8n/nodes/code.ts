// Code, Function and Function Item: JavaScript in the sandbox.

import type { JsonObject } from '../../../../../shared/model/json.ts';
import { type Behaviour, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';

export const codeNode: Behaviour = {
  rawParameters: ['jsCode', 'pythonCode', 'functionCode'],
  limits(parameters) {
    const language = parameters.language ?? 'javaScript';
    if (language !== 'javaScript') return [{ verdict: 'not', reason: 'Only JavaScript runs in the sandbox; this code is Python.' }];
    const code = String(parameters.jsCode ?? '');
    if (/\brequire\s*\(|\bimport\s*\(/.test(code))
      return [{ verdict: 'partly', reason: 'The sandbox has no modules to require; code that needs one fails.' }];
    if (/\bhelpers\.|\bfetch\s*\(/.test(code))
      return [{ verdict: 'partly', reason: 'The sandbox has no network and none of n8n’s helpers; use an HTTP request node.' }];
    return [];
  },
  async run(run) {
    if ((run.node.parameters.language ?? 'javaScript') !== 'javaScript')
      throw new NodeFault('Only JavaScript runs in the sandbox; this code is Python.');
    const mode = run.node.parameters.mode === 'runOnceForEachItem' ? 'each' : 'all';
    // A parameter that is an expression gives the code itself.
    const code = String(await codeText(run, 'jsCode'));
    const made = (await run.code({ code, mode, items: run.items })) as unknown as Item[];
    // Data that an item only inherits is lost on the way.
    return [made.map((item) => (item.json === undefined ? { ...item, json: {} } : item))];
  },
};

const codeText = async (run: NodeRun, name: string): Promise<unknown> => {
  const raw = run.raw(name) ?? '';
  return typeof raw === 'string' && raw.startsWith('=') ? run.evaluateText(raw, 0) : raw;
};

export const functionNode: Behaviour = {
  rawParameters: ['functionCode'],
  async run(run) {
    try {
      const made = await run.code({ code: String(run.raw('functionCode') ?? ''), mode: 'function', items: run.items });
      return [made as unknown as Item[]];
    } catch (error) {
      if (!run.continuesOnFail) throw error;
      return [[{ json: { error: messageOf(error) } }]];
    }
  },
};

export const functionItemNode: Behaviour = {
  rawParameters: ['functionCode'],
  async run(run) {
    const made = await run.code({ code: String(run.raw('functionCode') ?? ''), mode: 'function-item', items: run.items });
    return [
      (made as unknown as JsonObject[]).map((json, index) => ({
        json,
        pairedItem: { item: index },
        ...(run.items[index]?.binary === undefined ? {} : { binary: run.items[index]?.binary }),
      })),
    ];
  },
};
