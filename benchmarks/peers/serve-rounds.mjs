// Answers `linear 15 1` or `fan 15 16` on stdin with a JSON list of milliseconds, one for each time: so many runs at once.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** `make(folder)` gives `{ linear, fan, close }`; each runs once and returns its sum, 100 or 110. */
export async function serveRounds(make) {
  const folder = mkdtempSync(path.join(tmpdir(), 'orrery-bench-peer-'));
  const peer = await make(folder);
  const expected = { linear: 100, fan: 110 };
  for await (const line of createInterface({ input: process.stdin })) {
    const [shape, runs, together] = line.split(' ');
    const times = [];
    for (let i = 0; i < Number(runs); i += 1) {
      const begin = performance.now();
      const sums = await Promise.all(Array.from({ length: Number(together) }, () => peer[shape]()));
      times.push(performance.now() - begin);
      for (const sum of sums) if (sum !== expected[shape]) throw new Error(`${shape} gave ${sum} and not ${expected[shape]}`);
    }
    process.stdout.write(`${JSON.stringify(times)}\n`);
  }
  await peer.close?.();
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
}
