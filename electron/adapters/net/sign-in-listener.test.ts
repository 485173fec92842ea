import { afterEach, describe, expect, it } from 'vitest';
import { listenForSignIn, type SignInListener } from './sign-in-listener.ts';

let listener: SignInListener | undefined;
afterEach(() => listener?.close());

const state = 'a'.repeat(32);
const issuer = 'https://as.example';

async function waiting(expected: { state: string; issuer: string | undefined; mustNameIssuer?: boolean }) {
  listener = await listenForSignIn(0);
  const code = listener.code(expected, new AbortController().signal, 10_000);
  code.catch(() => undefined);
  const come = async (query: Record<string, string>): Promise<number> => {
    const response = await fetch(`${listener?.redirectUrl}?${new URLSearchParams(query)}`);
    await response.arrayBuffer();
    return response.status;
  };
  return { code, come };
}

describe('the way back from a sign-in', () => {
  it('takes no state of the same length in other signs for a fault: it turns it away and waits on', async () => {
    const { code, come } = await waiting({ state, issuer });
    expect(await come({ state: 'é'.repeat(32), code: 'theirs' })).toBe(400);
    expect(await come({ state: '', code: 'theirs' })).toBe(400);
    expect(await come({ state, code: 'ours', iss: issuer })).toBe(200);
    expect(await code).toBe('ours');
  });

  it('takes no answer without an issuer from a server that says it always names itself', async () => {
    const { code, come } = await waiting({ state, issuer, mustNameIssuer: true });
    await come({ state, code: 'whose' });
    await expect(code).rejects.toMatchObject({ code: 'sign-in-refused' });
  });

  it('takes no answer of another issuer', async () => {
    const { code, come } = await waiting({ state, issuer });
    await come({ state, code: 'whose', iss: 'https://other.example' });
    await expect(code).rejects.toMatchObject({ code: 'sign-in-refused' });
  });
});
