import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RunId } from '../../../shared/model/ids.ts';
import { cleanStrings, type JsonObject, mapStrings } from '../../../shared/model/json.ts';
import { tool } from '../../../tests/helpers/agent-world.ts';
import { approvalHash, buildApproval } from './approvals.ts';
import { canonicalJson } from './canonical.ts';
import { secretNamesIn, withSecrets } from './secret-handles.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const run = 'r1' as RunId;
const build = (info: ReturnType<typeof tool>, args: JsonObject, builtIn: boolean, before?: string) =>
  buildApproval(
    {
      hash,
      files: { readText: () => (before === undefined ? Promise.reject(new AppError('file-not-found', 'no')) : Promise.resolve(before)) },
    },
    { tool: info, builtIn, args, run, step: 'tool-1-0', reason: 'because', folders: [] },
  );

describe('what is shown before a call', () => {
  it('is a real diff against the file as it is', async () => {
    const request = await build(tool('files', 'write_text'), { path: '/notes/report.md', text: 'one\nthree\n' }, true, 'one\ntwo\n');
    expect(request.action).toBe('Write report.md');
    expect(request.preview?.kind).toBe('diff');
    expect(request.preview?.text).toContain('-two');
    expect(request.preview?.text).toContain('+three');
  });

  it('is the whole text for a new file, and nothing of the words of others’ servers', async () => {
    const fresh = await build(tool('files', 'write_text'), { path: 'a\\new.md', text: 'hello' }, true);
    expect(fresh).toMatchObject({ action: 'Write new.md', preview: { kind: 'text', text: 'hello' } });
    const other = await build(tool('evil', 'go', { title: 'Do nothing at all' }), { path: '/x', text: 'y' }, false);
    expect(other.action).toBe('Call evil.go');
    expect(other.preview).toBeUndefined();
    expect((await build(tool('files', 'move_file'), { from: '/a/b.md', to: '/c' }, true)).action).toBe('Move b.md to c');
  });

  it('is bound to server, tool, definition, arguments, run and step', () => {
    const base = { tool: tool('s', 't'), args: { a: 1, b: [1, { c: 2, d: 3 }] } as JsonObject, run, step: 'x' };
    const first = approvalHash(hash, base);
    expect(approvalHash(hash, { ...base, args: { b: [1, { d: 3, c: 2 }], a: 1 } })).toBe(first);
    const others = [
      { ...base, tool: tool('s2', 't') },
      { ...base, tool: tool('s', 't2') },
      { ...base, tool: tool('s', 't', { description: 'other' }) },
      { ...base, args: { a: 1, b: [1, { c: 2, d: 4 }] } },
      { ...base, run: 'r2' as RunId },
      { ...base, step: 'y' },
    ].map((each) => approvalHash(hash, each));
    expect(new Set([first, ...others]).size).toBe(7);
  });

  it('canonical JSON is the same for the same value and reads back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as never);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('secret handles', () => {
  it('are found and replaced wherever they stand, and nothing else is', async () => {
    const args: JsonObject = { a: 'x ${secret:A.b} y', b: [{ c: '${secret:TWO}${secret:TWO}' }], d: '${secret:1bad} $& ${other:A}' };
    expect(secretNamesIn(args)).toEqual(['A.b', 'TWO']);
    const out = await withSecrets(args, async (name) => `$&<${name}>`);
    expect(out).toEqual({ a: 'x $&<A.b> y', b: [{ c: '$&<TWO>$&<TWO>' }], d: '${secret:1bad} $& ${other:A}' });
    expect(args.a).toContain('${secret:A.b}');
    expect(mapStrings({ k: 'v' }, (text) => text.toUpperCase())).toEqual({ K: 'V' });
    // A secret that looks like a word of JSON: the value of that look stays, the text goes.
    const clean = (text: string) => text.replaceAll('true', '[secret:T]');
    expect(cleanStrings({ a: true, b: ['true', 1] }, clean)).toEqual({ a: true, b: ['[secret:T]', 1] });
    const same = { a: 1 };
    expect(cleanStrings(same, clean)).toBe(same);
  });
});
