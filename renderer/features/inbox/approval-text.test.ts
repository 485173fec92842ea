import { describe, expect, it } from 'vitest';
import { previewLines, shortAction, shortReason, titleOf, verbOf } from './approval-text.ts';

describe('the words on an approval', () => {
  it('puts a verb that fits on the button', () => {
    expect(verbOf('Rename 21 files in Documents/2026')).toBe('Rename 21 files');
    expect(verbOf('Write report.md')).toBe('Write report.md');
    expect(verbOf('Go on with the changed workflow “Send it to Anna”')).toBe('Go on');
    expect(verbOf('Write /home/someone/a/very/long/path/to/a/report-of-everything.md')).toBe('Write it');
    expect(verbOf('Delete everything?')).toBe('Delete everything');
    expect(verbOf('')).toBe('Allow');
    expect(verbOf('Remember “Anna likes tea in the morning, and nothing else”')).toBe('Remember');
    expect(verbOf('Search memory for “tea”')).toBe('Search memory');
    expect(verbOf('Ask Librarian: “Hello”')).toBe('Ask Librarian');
    expect(verbOf('Send a POST request to example.com')).toBe('Send a POST request');
    expect(verbOf('x'.repeat(200))).toBe('Allow');
  });

  it('shows hidden characters of the action', () => {
    expect(verbOf('Write a\u202Eb')).toBe('Write a⟨U+202E⟩b');
  });

  it('gives every line of a diff its sign and leaves the file header out', () => {
    const diff = [
      'Index: a.txt',
      '===================',
      '--- a.txt',
      '+++ a.txt',
      '@@ -1,2 +1,2 @@',
      ' same',
      '-old',
      '+new',
      '\\ No newline at end of file',
      '@@ -9 +9 @@',
      '--- kept',
      '+x',
    ];
    expect(previewLines({ kind: 'diff', text: diff.join('\n') })).toEqual([
      { sign: ' ', text: 'same' },
      { sign: '-', text: 'old' },
      { sign: '+', text: 'new' },
      { sign: '@', text: '@@ -9 +9 @@' },
      { sign: '-', text: '-- kept' },
      { sign: '+', text: 'x' },
    ]);
  });

  it('keeps plain text as it is', () => {
    expect(previewLines({ kind: 'text', text: '- a\n+ b\n' })).toEqual([
      { sign: ' ', text: '- a' },
      { sign: ' ', text: '+ b' },
    ]);
  });
});

describe('the short words of a heading', () => {
  it('name the host that is asked, never what only looks like it', () => {
    expect(shortAction('Fetch https://api.example.com/v2/offers?quarter=1')).toBe('Fetch api.example.com');
    expect(shortAction('Fetch https://good.example@evil.example/v2/offers')).toBe('Fetch evil.example');
    expect(shortAction('Write report.md')).toBe('Write report.md');
  });

  it('leave the sources to the list beside them, and nothing else', () => {
    const reason = 'Ada has read what others may have written (web.fetch_page of a (1).org) and what is yours (notes.md); it asks.';
    expect(shortReason(reason, ['web.fetch_page of a (1).org'])).toBe(
      'Ada has read what others may have written and what is yours (notes.md); it asks.',
    );
  });
});

it('asks of a step that was cut off whether it happened, also in the list', () => {
  const item = { request: { kind: 'unknown-outcome', what: '“Export”', startedAt: 1 } };
  expect(titleOf(item as never)).toBe('“Export”: did this happen?');
});
