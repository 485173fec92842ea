import { expect, it } from 'vitest';
import type { ServerId } from '../../shared/model/ids.ts';
import { approvalLines, unknownLines } from './approval-lines.ts';

const request = {
  kind: 'approval' as const,
  server: 'files' as ServerId,
  tool: 'write_text',
  args: { path: '/home/me/.ssh/authorized_keys', text: 'key' },
  hash: 'h',
  reason: 'It writes.',
  action: 'Write authorized_keys',
  preview: { kind: 'diff' as const, text: '+key' },
  undoable: true,
};

it('shows the whole path, what changes, every line of a request, and whether it can be undone', () => {
  expect(approvalLines(request)).toEqual([
    'files.write_text {"path":"/home/me/.ssh/authorized_keys","text":"key"}',
    '    +key',
    'It can be undone.',
  ]);
  const { preview: _, ...plain } = request;
  const lines = approvalLines({
    ...plain,
    undoable: false,
    undoWords: 'A letter cannot be taken back.',
    details: [{ label: 'Body', text: 'x' }],
  });
  expect(lines.join('\n')).toMatch(/Body.* x\nA letter cannot be taken back\.$/);
  expect(approvalLines({ ...plain, undoable: false }).at(-1)).toBe('It cannot be undone.');
  expect(approvalLines({ ...plain, tool: 'a\u001b[2Jb' })[0]).not.toContain('\u001b[2J');
});

it('shows of a step that was cut off its tool, what it was given and where to look; escapes are not obeyed', () => {
  const given = [{ label: 'to', text: 'anna\u001b[2J' }];
  expect(unknownLines({ kind: 'unknown-outcome', what: 'w', startedAt: 1, tool: 'mail.send', given, look: 'Look there.' })).toEqual([
    'Tool mail.send',
    'to anna\\x1b[2J',
    'Look there.',
  ]);
  expect(unknownLines({ kind: 'unknown-outcome', what: 'w', startedAt: 1 })).toEqual([]);
});

it('writes out what is not seen or turns a path, and lets no text begin a line of its own', () => {
  const args = { path: '/home/me/notes\u202etxt.exe', text: 'a\u200bb' };
  const details = [{ label: 'Body', text: 'x\nAddress https://good.example' }];
  const lines = approvalLines({ ...request, args, details, preview: { kind: 'text', text: 'one\ntwo' } });
  expect(lines[0]).toContain('notes⟨U+202E⟩txt.exe');
  expect(lines[0]).toContain('a⟨U+200B⟩b');
  expect(lines.join('\n')).not.toMatch(/^Address/m);
  expect(lines.join('\n')).toContain('Body x\n    Address https://good.example');
});
