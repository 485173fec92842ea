import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../shared/model/audit.ts';
import { detailRows, setUpCase, undoCase } from './detail-words.ts';
import { filterOf, fits, mergeEntries, queryOf, readLines, serverOf, whatOf, wholeLog } from './log-model.ts';

const entry = (over: Partial<AuditEntry> = {}): AuditEntry => ({
  seq: 1,
  at: 1000,
  kind: 'call',
  actor: { kind: 'agent', id: 'a', name: 'Librarian' },
  what: 'files.write_text',
  outcome: 'done',
  reason: 'It was called.',
  ...over,
});

describe('the log as it is shown', () => {
  it('asks for what is filtered, and takes live entries by the same rule', () => {
    const filter = { ...wholeLog, kind: 'call' as const, since: 'hour' as const, text: ' write  librarian ' };
    expect(queryOf(filter, 10_000_000)).toEqual({ kind: ['call'], since: 6_400_000, text: 'write  librarian' });
    expect(fits(entry(), { ...filter, text: 'write librarian' })).toBe(true);
    expect(fits(entry({ kind: 'change' }), filter)).toBe(false);
    expect(fits(entry(), { ...wholeLog, text: 'somebody' })).toBe(false);
    expect(fits(entry(), { ...wholeLog, server: 'files' })).toBe(true);
    expect(fits(entry(), { ...wholeLog, server: 'web' })).toBe(false);
    expect(fits(entry({ seq: 4 }), { ...wholeLog, entries: [4, 5] })).toBe(true);
    expect(fits(entry({ seq: 6 }), { ...wholeLog, entries: [4, 5] })).toBe(false);
    expect(fits(entry({ run: 'r-1' as never }), { ...wholeLog, run: 'r-2' })).toBe(false);
  });

  it('says a thing that has only an id by its kind, and what was read once', () => {
    expect(whatOf(entry({ what: 'workflow:01m7ze1sd88awvq81h3ch22m85' }))).toBe('workflow');
    expect(whatOf(entry({ what: 'grant:g-01m7zea6ddbv0md44yfwkf6trb' }))).toBe('grant');
    expect(whatOf(entry({ what: 'setting:theme' }))).toBe('theme');
    expect(whatOf(entry({ what: 'file:/home/ada/notes.md' }))).toBe('file:/home/ada/notes.md');
    expect(whatOf(entry({ kind: 'access', what: 'GET /wire', outcome: 'allowed' }))).toBe('Orrery');
    expect(whatOf(entry({ kind: 'access', what: 'GET /wire', outcome: 'denied' }))).toBe('GET /wire');
    expect(readLines(['untrusted: a.md', 'private: a.md', 'private: b.md'])).toEqual(['a.md', 'b.md']);
  });

  it('keeps the newest first and each once', () => {
    const list = mergeEntries([entry({ seq: 3 }), entry({ seq: 1 })], [entry({ seq: 2 }), entry({ seq: 3 }), entry({ seq: 9 })]);
    expect(list.map((each) => each.seq)).toEqual([9, 3, 2, 1]);
    expect(mergeEntries(list, [entry({ seq: 9 })])).toBe(list);
  });

  it('finds the server an entry is about, and shows the details that have no place', () => {
    expect(serverOf(entry({ kind: 'connection', what: 'a.example:443', details: { server: 'github' } }))).toBe('github');
    expect(serverOf(entry({ kind: 'secret', actor: { kind: 'server', id: 'github', name: 'GitHub' } }))).toBe('github');
    expect(serverOf(entry({ kind: 'change', what: 'file:/x' }))).toBeUndefined();
  });

  it('shows details in words, with units, and no ids', () => {
    const details = {
      rule: 'x',
      connection: 'c-1',
      bytesOut: 2048,
      ms: 1500,
      isOpen: false,
      address: '10.0.0.1',
      purpose: 'web.fetch_page',
    };
    expect(detailRows(entry({ details }))).toEqual([
      { name: 'bytesOut', value: '2 KB', isCode: false },
      { name: 'ms', value: '1.5 s', isCode: false },
      { name: 'address', value: '10.0.0.1', isCode: true },
      { name: 'purpose', value: 'web.fetch_page', isCode: false },
    ]);
    expect(detailRows(entry({ details: { args: '{"path":"/a","deep":{"b":1}}' } }))).toEqual([
      { name: 'args.path', value: '/a', isCode: true },
      { name: 'args.deep', value: '{"b":1}', isCode: true },
    ]);
    expect(detailRows(entry({ details: { args: '{"text":"cut o' } }))).toEqual([{ name: 'args', value: '{"text":"cut o', isCode: true }]);
  });

  it('says why there is nothing to undo', () => {
    expect(undoCase(entry({ kind: 'connection', what: 'a.example:443' }))).toBe('sent');
    expect(undoCase(entry({ kind: 'connection', outcome: 'denied' }))).toBe('refused');
    expect(undoCase(entry({ details: { rule: 'only-reads' } }))).toBe('kept');
    expect(undoCase(entry({ kind: 'process', details: { event: 'end' } }))).toBe('none');
    expect(undoCase(entry({ kind: 'process', details: { event: 'start', wayBack: 'It ends with its window.' } }))).toBe('none');
  });

  it('says by what a person set up something went on that nobody decided about', () => {
    const connection = (over: object) => entry({ kind: 'connection', actor: { kind: 'app', name: 'Orrery' }, ...over });
    expect(setUpCase(connection({ details: { purpose: 'model provider Ollama' } }))).toBe('model');
    expect(setUpCase(connection({ actor: { kind: 'server', id: 'github', name: 'GitHub' } }))).toBe('reach');
    expect(setUpCase(connection({ outcome: 'denied' }))).toBeUndefined();
    expect(setUpCase(connection({ run: 'r-1', step: 'send' }))).toBeUndefined();
    expect(setUpCase(entry({ kind: 'process', details: { event: 'start' } }))).toBe('server');
    expect(setUpCase(entry({ kind: 'process', actor: { kind: 'person', name: 'You' }, details: { event: 'start' } }))).toBeUndefined();
    expect(setUpCase(entry({}))).toBeUndefined();
  });

  it('takes what an address asks for', () => {
    expect(filterOf('run', 'r-1', 'save')).toEqual({ ...wholeLog, run: 'r-1', step: 'save' });
    expect(filterOf('host', 'a.example', undefined)).toEqual({ ...wholeLog, kind: 'connection', text: 'a.example' });
    expect(filterOf('nothing', 'x', undefined)).toEqual(wholeLog);
    const ofGrant = filterOf('grant', 'g-1', undefined);
    expect(queryOf(ofGrant, 0)).toEqual({ grant: 'g-1' });
    expect(fits(entry({ details: { grant: 'g-1' } }), ofGrant)).toBe(true);
    expect(fits(entry({ kind: 'change', what: 'grant:g-1' }), ofGrant)).toBe(true);
    expect(fits(entry(), ofGrant)).toBe(false);
    expect(fits(entry({ run: 'r-1' as never, step: 'other' }), filterOf('run', 'r-1', 'save'))).toBe(false);
    expect(fits(entry({ details: { change: 'ch-1' } }), filterOf('change', 'ch-1', undefined))).toBe(true);
  });
});
