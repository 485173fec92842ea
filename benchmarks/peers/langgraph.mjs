// LangGraph with its SQLite checkpointer, `durability: sync`: a checkpoint after each step, WAL, NORMAL as it comes.

import path from 'node:path';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { serveRounds } from './serve-rounds.mjs';

await serveRounds(async (folder) => {
  const checkpointer = SqliteSaver.fromConnString(path.join(folder, 'peer.db'));
  const Sum = Annotation.Root({ sum: Annotation({ reducer: (a, b) => a + b, default: () => 0 }) });
  const add = (amount) => async () => ({ sum: amount });

  const chain = new StateGraph(Sum);
  for (let i = 0; i < 100; i += 1) chain.addNode(`n${i}`, add(1));
  chain.addEdge(START, 'n0');
  for (let i = 1; i < 100; i += 1) chain.addEdge(`n${i - 1}`, `n${i}`);
  chain.addEdge('n99', END);

  // 1 from the source in each of ten branches, and 1 from each of a hundred steps.
  const spread = new StateGraph(Sum);
  spread.addNode('source', add(10));
  spread.addNode('join', add(0));
  spread.addEdge(START, 'source');
  const ends = [];
  for (let b = 0; b < 10; b += 1) {
    for (let i = 0; i < 10; i += 1) {
      spread.addNode(`b${b}-${i}`, add(1));
      spread.addEdge(i === 0 ? 'source' : `b${b}-${i - 1}`, `b${b}-${i}`);
    }
    ends.push(`b${b}-9`);
  }
  spread.addEdge(ends, 'join');
  spread.addEdge('join', END);

  let threads = 0;
  const once = (graph) => {
    const app = graph.compile({ checkpointer });
    return async () => {
      threads += 1;
      const { sum } = await app.invoke({ sum: 0 }, { configurable: { thread_id: `t${threads}` }, durability: 'sync', recursionLimit: 500 });
      return sum;
    };
  };
  return { linear: once(chain), fan: once(spread) };
});
