import { describe, expect, it } from 'vitest';
import { cleaned, questionFor } from './paste.ts';

describe('pasting into the terminal', () => {
  it('lets one plain line through', () => {
    expect(questionFor('ls -la\t~/notes')).toBeUndefined();
    expect(questionFor('')).toBeUndefined();
  });

  it('asks about line breaks and counts the lines', () => {
    expect(questionFor('a\nb')?.lines).toBe(2);
    expect(questionFor('rm -rf x\n')?.lines).toBe(1);
    expect(questionFor('a\r\nb\r\nc\r\n')?.lines).toBe(3);
    expect(questionFor('a\rb')?.lines).toBe(2);
  });

  it('asks about control characters and takes them out', () => {
    const text = 'echo hi\u001b[201~; rm -rf ~\u0003';
    expect(questionFor(text)).toMatchObject({ hasControl: true, lines: 1 });
    expect(cleaned(text)).toBe('echo hi[201~; rm -rf ~');
    expect(cleaned('a\tb\nc')).toBe('a\tb\nc');
  });
});
