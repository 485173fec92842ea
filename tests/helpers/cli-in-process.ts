// The command line in the process of a test: what a command prints and the code it would end with, without a process for each. Ctrl-C,
// stdin and a host that dies need a real one.

import { vi } from 'vitest';
import { makeProgram } from '../../electron/cli/make-program.ts';

export interface Printed {
  out: string;
  err: string;
}

/** `seen` grows while it runs. One at a time. */
export async function inProcess(args: readonly string[], seen: Printed = { out: '', err: '' }) {
  const into = (name: keyof Printed) => (chunk: unknown) => {
    seen[name] += String(chunk);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(into('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(into('err')),
  ];
  try {
    await makeProgram().parseAsync(['node', 'orrery', ...args]);
    return { code: process.exitCode, ...seen };
  } finally {
    process.exitCode = undefined;
    for (const spy of spies) spy.mockRestore();
  }
}
