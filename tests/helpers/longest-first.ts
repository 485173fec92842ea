// The order of the test files: those that take minutes begin first, so that none of them is left to run alone at the end. Vitest's own
// order goes by the size of a file, which says little of how long it takes.

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Longest first. What is not named keeps the runner's order. */
const long = ['app-pages', 'torture', 'desktop', 'app-tools-installs', 'app-states', 'app-past', 'cli-past', 'cli-hosts'].map(
  (name) => `/${name}.test.ts`,
);
const rank = ({ moduleId }: TestSpecification): number => {
  const at = long.findIndex((name) => moduleId.endsWith(name));
  return at === -1 ? long.length : at;
};
const group = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => group(a) - group(b) || rank(a) - rank(b));
  }
}
