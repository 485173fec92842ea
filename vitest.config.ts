import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/helpers/longest-first.ts';

// `unit`: beside the code, in plain Node with real files, databases and processes. `system`: what crosses a boundary (hosts,
// Chromium, Electron's stand-in); it uses the built files and runs two files at a time, because each starts whole hosts: with three at
// once on two processors each took so much longer that nothing was won.
// Files of `unit` share their workers: loading the modules anew for each file took half of the time. So a test leaves nothing behind
// in its process. Four workers on any machine, because most of these tests wait for something.
export default defineConfig({
  test: {
    passWithNoTests: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: [
            'shared/**/*.test.ts',
            'electron/**/*.test.ts',
            'renderer/**/*.test.{ts,tsx}',
            'scripts/**/*.test.ts',
            'tests/architecture/**/*.test.ts',
            'tests/contract/**/*.test.ts',
          ],
          isolate: false,
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'system',
          environment: 'node',
          include: ['tests/e2e/**/*.test.ts', 'tests/electron-stand-in/**/*.test.ts', 'tests/packaging/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          testTimeout: 420_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
