import { expect, it } from 'vitest';
import { toToolResult } from './convert.ts';

it('a picture or a sound with an address is shown as what it is; other bytes are named', () => {
  const of = (mimeType: string) =>
    toToolResult({ content: [{ type: 'resource', resource: { uri: 'x://1', mimeType, blob: 'AAAA' } }] }).content;
  expect(of('image/png')).toEqual([{ type: 'image', data: 'AAAA', mimeType: 'image/png' }]);
  expect(of('audio/wav')).toEqual([{ type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }]);
  expect(of('application/pdf')).toEqual([{ type: 'resource', uri: 'x://1', mimeType: 'application/pdf' }]);
});
