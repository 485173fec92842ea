import { expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

it('finds a secret in the forms it takes on its way', () => {
  const secret = 'p&ss "wörd"/+1<2>';
  const redactor = createRedactor();
  redactor.learn('PW', secret);
  const encoded = (before: string, after: string) => Buffer.from(`${before}${secret}${after}`).toString('base64');
  const forms = [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll('%20', '+'),
    encodeURIComponent(secret).toLowerCase(),
    'p&amp;ss &quot;wörd&quot;/+1&lt;2&gt;',
    Buffer.from(secret).toString('hex').toUpperCase(),
    ...['', 'u', 'us', 'user:', 'ada:x:'].flatMap((before) => ['', 'z', ':zz'].map((after) => `Basic ${encoded(before, after)}`)),
  ];
  for (const form of forms) expect(redactor.redact(`got ${form} back`), form).toContain('[secret:PW]');
  expect(redactor.redact('nothing of it here')).toBe('nothing of it here');
});

it('of a value of several lines each line is taken out by itself, but not what all keys share', () => {
  const redactor = createRedactor();
  const key = '-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA7bq\nshort\nq83vEjRWeJASNFZ4kBI\n-----END KEY-----\n';
  redactor.learn('ssh', key);
  expect(redactor.redact('line: MIIEpAIBAAKCAQEA7bq')).toBe('line: [secret:ssh]');
  expect(redactor.redact('q83vEjRWeJASNFZ4kBI')).toBe('[secret:ssh]');
  expect(redactor.redact(key)).toBe('[secret:ssh]');
  expect(redactor.redact('-----BEGIN KEY----- is short')).toBe('-----BEGIN KEY----- is short');
});
