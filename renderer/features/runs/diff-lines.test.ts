import { describe, expect, it } from 'vitest';
import { diffLines, readable } from './diff-lines.ts';

describe('the difference of two outputs', () => {
  it('shows JSON as indented lines, texts broken where they break', () => {
    expect(readable('{"out":{"title":"A","text":"one\\ntwo","list":[1,[]]}}')).toBe(
      ['out:', '  title: A', '  text:', '    one', '    two', '  list:', '    0: 1', '    1: [ ]'].join('\n'),
    );
  });

  it('gives only the lines that differ and what is around them', () => {
    const long = (word: string) => JSON.stringify({ out: ['a', 'b', 'c', 'd', 'e', word, 'g', 'h', 'i', 'j', 'k'].join('\n') });
    const lines = diffLines(long('f'), long('F'));
    expect(lines.filter(({ sign }) => sign !== ' ').map(({ sign, text }) => sign + text.trim())).toEqual(['-f', '+F']);
    expect(lines).toHaveLength(8);
  });

  it('says nothing where nothing differs, and everything where one side has nothing', () => {
    expect(diffLines('{"out":1}', '{"out":1}')).toEqual([]);
    expect(diffLines('', '{"out":1}').filter(({ sign }) => sign === '+')).toEqual([{ sign: '+', text: 'out: 1' }]);
  });

  it('reads a text that was cut in the middle', () => {
    const cut = '{"out":"first\\nsecond\\nthi';
    expect(readable(cut).split('\n')).toEqual(['{', '"out":"first', 'second', 'thi']);
  });
});
