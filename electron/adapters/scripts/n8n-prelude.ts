// What n8n's expressions and its Code node find around them, rebuilt for the sandbox: loaded by `prelude: ['n8n']`. It runs
// inside QuickJS (bundled with luxon and jmespath into n8n-prelude.generated.ts by scripts/prelude.ts), never in Node.
//
// The contract with the importer's nodes. One call of `scripts.run` serves a whole node:
//
//   const all = await scripts.run({
//     code: 'return resolveParameters(params)',
//     globals: { $n8n: { … }, params },          // params: the node's `parameters`, as in the n8n file
//     prelude: ['n8n'],
//   }, { signal });
//   // → an array, one entry per item of $n8n.items (one entry, with itemIndex 0, when there are none): the parameters
//   //   with every text that begins with "=" evaluated for that item, deep into objects and arrays. What an expression
//   //   leaves undefined is missing in the entry (in arrays: null).
//
// $n8n (JSON; only `items` is needed):
//   items:      [{ json: {…}, binary?: {…metadata}, pairedItem?: { item, input? } | number | [...] }]   input 0 of the node,
//               exactly as the step before gave them: item i here is item i of that step's output, and its pairedItem points
//               into the inputs of that step
//   inputs?:    [items[], …]            every input, for nodes with several (`items` is then inputs[0])
//   itemIndex?: number                  the item for code that is not about each item; default 0
//   runIndex?:  number                  default 0
//   nodes?:     { name: items[] | { items?: items[], outputs?: items[][], sources?: [{ node, output? } | null, …],
//                 parameters?: {…}, runIndex?: number, context?: {…} } }
//                                       the steps before this one, by the name in the n8n file; a name that is not there
//                                       "has not been executed" (an empty list was executed and gave nothing). `items` is
//                                       output 0; `sources` says for each of its inputs where that came from
//   branches?:  { name: output | null }  which output of a step leads here, by the workflow's connections; null: none does
//   source?:    { node?: string, output?: number, run?: number }   where input 0 comes from ($prevNode, $input.params)
//   node?:      { name, type?, typeVersion?, id?, parameters? }    this node ($parameter falls back to `params`)
//   parameters?: {…}                    this node's raw parameters, for $parameter and $rawParameter
//   workflow?:  { id, name, active }    $workflow
//   execution?: { id, mode, resumeUrl? }  $execution ($execution.customData is kept within one call)
//   vars?:      { name: text }          $vars
//   now?:       milliseconds since 1970, or ISO text: what $now, $today, new Date() and Date.now() give
//   zone?:      IANA zone; default 'UTC'
//   locale?:    default 'en-US'
//   staticData?: { global?: {…}, node?: {…} }   $getWorkflowStaticData; read back with `staticData()`
//
// Paired items: $('x').item follows `source`, each item's pairedItem and each step's `sources` back to x, as n8n does. Where a
// link or `sources` is missing, an item is paired by its place when x gave as many items, or with the only one that x gave;
// else it is an error. $node['x'] takes the same place, as in n8n.
//
// Functions for `code`:
//   resolveParameters(params)            → one entry per item, see above
//   resolveParameters(params, { each: false })  → one entry only, for $n8n.itemIndex
//   resolveValue(value, itemIndex = 0)   → one value, resolved for one item
//   runCode(code, mode)                  → Promise<items[]>: n8n's Code node. mode: 'runOnceForAllItems' |
//                                          'runOnceForEachItem'. Throws what n8n would say about a wrong return value.
//   staticData()                         → { global, node } as they are now
//
// An expression that throws one of n8n's own errors fails the call: script-failed, whose message names the parameter and the
// item. As in n8n, any other error inside an expression (a property of undefined, say) makes it undefined.

import './prelude/native-words.ts';
import './prelude/sort.ts';
import './prelude/zones.ts';
import { Settings } from 'luxon';
import { runCode, staticData } from './prelude/code-node.ts';
import { given } from './prelude/given.ts';
import { resolveParameters, resolveValue } from './prelude/resolve.ts';

/** luxon is set up for each call, because `$n8n` comes after this was loaded. */
const ready =
  <Given extends unknown[], Result>(work: (...all: Given) => Result) =>
  (...all: Given): Result => {
    Settings.defaultZone = given().zone ?? 'UTC';
    Settings.defaultLocale = given().locale ?? 'en-US';
    return work(...all);
  };

const offered = {
  resolveParameters: ready(resolveParameters),
  resolveValue: ready(resolveValue),
  runCode: ready(runCode),
  staticData,
};
for (const [name, value] of Object.entries(offered))
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
