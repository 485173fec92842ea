// Loads what builds a host, a part at a time: the process is held by each for some hundredths of a second only, and between two of
// them it answers who asks for a page.

/** In the order in which they need each other; what is loaded twice costs nothing. */
const parts: readonly (() => Promise<unknown>)[] = [
  () => import('../../shared/contract/index.ts'),
  () => import('../wires/serve.ts'),
  () => import('../adapters/sqlite/open.ts'),
  () => import('../runtime/nodes/nodes.generated.ts'),
  () => import('../runtime/create-runtime.ts'),
];

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function loadHost() {
  for (const load of parts) {
    await load();
    await nextTurn();
  }
  const [{ buildHost }, { makeLocalWire }] = await Promise.all([import('./build-host.ts'), import('../headless/local-wire.ts')]);
  await nextTurn();
  return { buildHost, makeLocalWire };
}
