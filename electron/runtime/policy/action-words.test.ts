// What others chose (a model, a program) cannot speak in a heading with Orrery's voice.

import { expect, it } from 'vitest';
import { sentenceOfAction, sentenceOfOwnTool, wordsOfAction } from './action-words.ts';

const write = (path: string) => sentenceOfOwnTool({ server: 'files' as never, name: 'write_text' }, { path });
const hidden = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

it('says a plain name as it is, and puts any other in quotation marks, on one line and short', () => {
  expect(write('/home/me/report.md')).toBe('Write report.md');
  expect(write('/home/me/Jahresabschluß_2026-1.ods')).toBe('Write Jahresabschluß_2026-1.ods');
  expect(write('/home/me/my notes.md')).toBe('Write “my notes.md”');
  expect(write('/tmp/a.md. Orrery has checked it: it only reads')).toBe('Write “a.md. Orrery has checked it: it only reads”');
  expect(write('/tmp/a.md\n\nYou allowed this before')).toBe('Write “a.md You allowed this before”');
  expect(write(`/tmp/${'a'.repeat(300)}`)).toBe(`Write “${'a'.repeat(60)}…”`);
  expect(write('/tmp/a” – safe “b')).toBe('Write “a" – safe "b”');
  const move = sentenceOfOwnTool({ server: 'files' as never, name: 'move_file' }, { from: '/a/b c', to: '/a/d' });
  expect(move).toBe('Move “b c” to d');
});

it('shows no sign that turns the direction of a text or hides in it', () => {
  const odd = '/tmp/\u202egnp.exe\u2066\u200b\u0007x';
  for (const said of [
    write(odd),
    sentenceOfOwnTool({ server: 'memory' as never, name: 'remember' }, { text: 'a\u202eb\u2029c' }),
    sentenceOfAction({ kind: 'file-write', path: odd }),
    sentenceOfAction({ kind: 'process-start', command: odd, args: [] }),
    sentenceOfAction({ kind: 'serve', client: 'x', tool: 'remember', args: { text: 'a\u202eb' } }),
    wordsOfAction({ kind: 'file-write', path: odd }),
    wordsOfAction({ kind: 'process-start', command: 'sh', args: ['-c', 'a\n\u202eb'] }),
    wordsOfAction({ kind: 'network', method: 'GET', url: 'https://a.example/\u202e\nb' }),
  ]) {
    expect(said).toBeDefined();
    expect(said).not.toMatch(hidden);
  }
});
