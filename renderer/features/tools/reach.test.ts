import { describe, expect, it } from 'vitest';
import { serverConfig } from '../../../shared/model/tool.ts';
import { badHost, badTokens, draftOfConfig, draftOfReach, reachOf, secretsOf } from './reach.ts';
import { argumentsOf } from './schema-words.ts';
import { filled, placesIn } from './uri-template.ts';

const config = (more: object) => serverConfig.parse({ id: 'x', title: 'X', command: 'npx', ...more });

describe('what a server may touch, in the form', () => {
  it('goes there and back, and one that never chose begins near what it got', () => {
    const reach = {
      sandbox: 'off' as const,
      folders: [{ path: '/a', write: false }],
      hosts: ['a.example', '*.b.example:8443', '127.0.0.1:5432'],
      roots: ['/a'],
      samplingTokens: 7,
    };
    expect(reachOf(draftOfReach(reach))).toEqual(reach);
    expect(draftOfConfig(config({ args: ['-y', '/srv/app/index.js', '/home/ada/notes'] }))).toMatchObject({
      folders: [{ path: '/home/ada/notes', write: true }],
      hosts: '*',
    });
  });
  it('names the host that is none, and refuses what is no number', () => {
    const draft = draftOfReach({ sandbox: 'on', folders: [], hosts: [], roots: [], samplingTokens: 0 });
    expect(badHost('a.example\nhttps://b.example/x')).toBe('https://b.example/x');
    expect(badHost('A.Example, *\n')).toBeUndefined();
    expect(['', '-1', '1.5', '10000001', 'ten'].filter((text) => !badTokens(text))).toEqual([]);
    expect(reachOf({ ...draft, hosts: 'no host' })).toBeUndefined();
    expect(reachOf({ ...draft, hosts: ' A.example \na.example' })?.hosts).toEqual(['a.example']);
  });
  it('finds every secret that is handed over, with its places', () => {
    const found = secretsOf(
      config({
        args: ['--key=${secret:one}'],
        env: { A: { secret: 'one' }, B: { text: 'x${secret:two/username}' } },
        headers: { Authorization: { text: 'Bearer ${secret:three}' } },
      }),
    );
    expect(found.map((each) => each.name).sort()).toEqual(['one', 'three', 'two']);
    expect(found.find((each) => each.name === 'one')?.places).toEqual([
      { kind: 'env', name: 'A' },
      { kind: 'args', name: '' },
    ]);
  });
});

describe('templates and schemas', () => {
  it('fills places by their kind', () => {
    expect(placesIn('repo://{owner}/{repo}{?q,page}{+path}')).toEqual(['owner', 'repo', 'q', 'page', 'path']);
    expect(filled('repo://{owner}/x{?q,page}', { owner: 'a b', q: 'c&d' })).toBe('repo://a%20b/x?q=c%26d');
    expect(filled('file:///{+path}', { path: 'a/b c' })).toBe('file:///a/b%20c');
    expect(filled('x{/a,b}', { a: '1', b: '2' })).toBe('x/1/2');
  });
  it('says arguments in words, needed ones first, and bears odd schemas', () => {
    const schema = {
      properties: { a: { type: 'string', description: 'A', default: 'x' }, b: { enum: [1, 'two'] }, c: true },
      required: ['b'],
    };
    expect(argumentsOf(schema)).toEqual([
      { name: 'b', type: '1 | "two"', required: true, about: '' },
      { name: 'a', type: 'string', required: false, about: 'A; default "x"' },
      { name: 'c', type: 'anything', required: false, about: '' },
    ]);
    expect(argumentsOf({ properties: [] })).toEqual([]);
  });
});
