import { expect, it } from 'vitest';
import { sentenceOfCall, wordsOfCall } from './call-words.ts';

const own = (server: string, tool: string, args: Record<string, string>) => ({ server, tool, builtIn: true, args });

it('says what a call of our own tools was, and where to look', () => {
  expect(wordsOfCall(own('files', 'write_text', { path: '/home/me/notes/report.md', text: 'x' }))).toBe(
    'Write report.md: /home/me/notes/report.md',
  );
  expect(wordsOfCall(own('files', 'move_file', { from: '/a/x.txt', to: '/b/x.txt' }))).toBe('Move x.txt: /a/x.txt to /b/x.txt');
  expect(wordsOfCall(own('web', 'http_request', { url: 'https://api.example.com/v1/send', method: 'post' }))).toBe(
    'Send a POST request to api.example.com: https://api.example.com/v1/send',
  );
  expect(wordsOfCall(own('memory', 'remember', { text: 'Anna likes tea' }))).toBe('Remember “Anna likes tea”');
  expect(sentenceOfCall(own('files', 'write_text', { path: '/home/me/notes/report.md' }))).toBe('Write report.md');
});

it('says the name of a tool of others with what it was given, short, on one line, and takes none of its words for ours', () => {
  const call = { server: 'mail', tool: 'send', builtIn: false, args: { to: 'anna@example.org', text: 'a\nb\u202e”, done “x' } };
  expect(wordsOfCall(call)).toBe('Call mail.send with to “anna@example.org”, text “a b", done "x”');
  expect(wordsOfCall({ ...call, server: 'files', tool: 'write_text', args: {} })).toBe('Call files.write_text');
  const long = wordsOfCall({ ...call, args: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a${i}`, 'x'.repeat(500)])) });
  expect(long.length).toBeLessThan(400);
  expect(long).toMatch(/and more$/);
});
