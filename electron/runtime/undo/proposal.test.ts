import { expect, it } from 'vitest';
import type { Change } from '../../../shared/model/change.ts';
import { maxProposalLines, undoProposal } from './proposal.ts';

const item = (kind: Change['kind'], n: number) => ({
  words: `Puts back ${kind} ${n}`,
  change: { id: `ch-${kind}-${n}`, kind, title: `${kind} ${n}` } as never,
});
const times = (count: number, kind: Change['kind']) => Array.from({ length: count }, (_, n) => item(kind, n));
const one = async () => ({ differences: [{ path: 'command', before: 'old', after: 'new' }] });
const hash = '3f2a91bc00';

it('asks about what gives powers, each with its difference, and about nothing else', async () => {
  expect(await undoProposal(times(5000, 'file'), hash, one)).toBeUndefined();
  expect((await undoProposal([...times(2, 'server'), ...times(40, 'memory')], hash, one))?.lines).toEqual([
    'Puts back server 0',
    '  command: new → old',
    'Puts back server 1',
    '  command: new → old',
  ]);
});

it('names a set that no dialog can hold, by its counts and its mark, in lines that a dialog can show whole', async () => {
  for (const meant of [[...times(4990, 'file'), ...times(31, 'setting')], times(20, 'grant')]) {
    const lines = (await undoProposal(meant, hash, one))?.lines ?? [];
    expect(lines.length).toBeLessThanOrEqual(maxProposalLines);
    expect(lines.every((line) => line.length <= 400)).toBe(true);
    expect(lines.at(-1)).toContain('3f2a 91bc');
  }
  const { lines } = (await undoProposal([...times(4990, 'file'), ...times(31, 'setting'), item('secret', 1)], hash, one)) ?? { lines: [] };
  expect(lines[0]).toContain('5022 changes in all');
  expect(lines.slice(1, 3)).toEqual([expect.stringMatching(/^31 settings: setting 0, setting 1, .* and \d+ more$/), '1 secret: secret 1']);
});
