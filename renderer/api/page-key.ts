// The page's own half of its right to the headless host. The cookie is the other half, but a browser sends it to every port of
// this machine; this key stays in the storage of our origin. It is said only to a host that has shown that it knows it.

import { readErrorShape } from '../../shared/read-error.ts';
import { connectionFailed, connectionLost, connectionRefused } from './connection-errors.ts';

const NAME = 'orrery.page-key';
const TIMEOUT_MS = 10_000;
/** Where the storage is closed to us, the key holds for this page alone. */
let own: string | undefined;

/** Takes the key out of the address, and so out of the history, at once. To be called before anything reads the address. */
export function takeKeyFromAddress(): void {
  const key = /^#key=([\w-]+)$/.exec(window.location.hash)?.[1];
  if (key === undefined) return;
  own = key;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  try {
    localStorage.setItem(NAME, key);
  } catch {
    // Kept in `own`; other tabs need the printed address then.
  }
}

/** Read each time: another tab may have come in with a newer one. */
function keptKey(): string | undefined {
  try {
    return localStorage.getItem(NAME) ?? own;
  } catch {
    return own;
  }
}

/** The protocols to open the wire with. Throws `connection-lost`, `connection-refused`, `connection-failed` when the host could not start. */
export async function enterAsPage(wire: string): Promise<string[]> {
  const key = keptKey();
  const challenge = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const answer = await fetch(new URL('/session', wire.replace(/^ws/, 'http')), {
    cache: 'no-store',
    credentials: 'same-origin',
    headers: { 'orrery-challenge': challenge },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    // Nobody answers: that is "lost", not "refused".
    throw connectionLost();
  });
  if (key === undefined || answer.status === 401 || answer.status === 403) throw connectionRefused();
  if (answer.status === 503) throw await troubleIn(answer);
  if (!answer.ok) throw connectionLost();
  const proof = await answer.text().catch(() => {
    throw connectionLost();
  });
  if (proof !== (await proofOf(key, challenge))) throw connectionRefused();
  return ['orrery', `orrery-key.${key}`];
}

async function troubleIn(answer: Response): Promise<Error> {
  const said: unknown = await answer.json().catch(() => undefined);
  const shape = readErrorShape((said as { error?: unknown } | undefined)?.error);
  return shape === undefined ? connectionLost() : connectionFailed(shape);
}

async function proofOf(key: string, challenge: string): Promise<string> {
  const text = new TextEncoder();
  const made = await crypto.subtle.importKey('raw', text.encode(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return base64url(new Uint8Array(await crypto.subtle.sign('HMAC', made, text.encode(`host ${challenge}`))));
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
