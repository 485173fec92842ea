import { expect, it } from 'vitest';
import { isOpenableLink } from './origin.ts';

it('opens pages and mails, and no mail that attaches a file by itself', () => {
  for (const url of ['https://example.org/a?b=c', 'http://example.org', 'mailto:ada@example.org?subject=Hi&body=Text&cc=b@example.org'])
    expect(isOpenableLink(url), url).toBe(true);
  for (const url of [
    'mailto:ada@example.org?attach=/etc/passwd',
    'mailto:ada@example.org?subject=x&ATTACHMENT=file:///etc/passwd',
    'mailto:?%61ttach=/etc/passwd',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://bank.example@evil.example/',
    'ms-msdt:/id',
    'smb://evil/x',
  ])
    expect(isOpenableLink(url), url).toBe(false);
});
