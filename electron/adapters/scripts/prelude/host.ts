// The one door to the thread around the sandbox, taken before any script runs: pure functions of JSON values (Intl, hashes).

declare global {
  var __ask: (name: string, ...given: unknown[]) => unknown;
}

export const askHost = globalThis.__ask;
