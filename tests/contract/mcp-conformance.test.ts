// Two scenarios of the official conformance suite, so that every run sees the suite work; all of them: `node tests/conformance/run.ts`.

import { expect, it } from 'vitest';
import { runScenario } from '../conformance/suite.ts';

it.concurrent.each(['elicitation-sep1034-client-defaults', 'auth/scope-step-up'])('conformance: %s', { timeout: 120_000 }, async (name) => {
  const { failed, passed, words } = await runScenario({ name, versions: [] });
  expect(words).toEqual([]);
  expect(failed).toBe(0);
  expect(passed).toBeGreaterThan(0);
});
