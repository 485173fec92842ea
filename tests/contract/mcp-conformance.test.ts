// A share of the official suite, quick enough for every run; the rest is `node tests/conformance/run.ts`.

import { expect, it } from 'vitest';
import { listScenarios, runScenario } from '../conformance/suite.ts';

const share = ['tools_call', 'elicitation-sep1034-client-defaults', 'auth/scope-step-up', 'auth/pre-registration'];

it('the official conformance suite passes', { timeout: 120_000 }, async () => {
  const scenarios = (await listScenarios()).filter((each) => share.includes(each.name));
  expect(scenarios.map((each) => each.name).sort()).toEqual([...share].sort());
  for (const scenario of scenarios) {
    const { failed, passed, words } = await runScenario(scenario);
    expect(words).toEqual([]);
    expect(failed).toBe(0);
    expect(passed, scenario.name).toBeGreaterThan(0);
  }
});
