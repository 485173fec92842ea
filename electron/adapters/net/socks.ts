// What is said to a SOCKS proxy before it carries anything: version 5 (RFC 1928, RFC 1929) and 4 with its 4a. Speaks over a connection
// that is there, and reads not one byte more than the proxy’s answer: what follows is the target’s.

import { isIP, type Socket } from 'node:net';
import { AppError } from '../../../shared/errors.ts';
import { toNetError } from './connect.ts';

export interface SocksWay {
  version: 4 | 5;
  /** `socks5:` and `socks4:`: names are looked up here. `socks5h:` and `socks4a:`: by the proxy. */
  looksUp: boolean;
  user?: { name: string; password: string } | undefined;
}

/** What is asked for; `proxy` is named in what is thrown. */
export interface SocksAsk {
  /** A name, or an address without brackets. */
  host: string;
  port: number;
  proxy: string;
  signal: AbortSignal;
}

/** Milliseconds for one answer; the proxy may itself be connecting. */
const answerMs = 30_000;

/** Settles when the target is connected to. Throws AppError `proxy-refused`, `net-unreachable`; the socket is destroyed then. */
export async function askSocks(socket: Socket, way: SocksWay, ask: SocksAsk): Promise<void> {
  const timer = setTimeout(() => socket.destroy(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })), answerMs);
  try {
    await (way.version === 5 ? askFive(socket, way, ask) : askFour(socket, way, ask));
  } catch (error) {
    socket.destroy();
    throw toNetError(error, new URL(`http://${ask.proxy}/`), ask.signal);
  } finally {
    clearTimeout(timer);
  }
}

async function askFive(socket: Socket, { user }: SocksWay, ask: SocksAsk): Promise<void> {
  socket.write(user === undefined ? Buffer.from([5, 1, 0]) : Buffer.from([5, 2, 0, 2]));
  const [version, method] = await take(socket, 2);
  if (version !== 5) throw noProxy(ask);
  if (method === 2 && user !== undefined) {
    socket.write(Buffer.concat([Buffer.from([1]), counted(user.name, ask), counted(user.password, ask)]));
    if ((await take(socket, 2))[1] !== 0) throw refused(ask, 'it does not accept the name and password', signIn);
  } else if (method !== 0) throw refused(ask, 'it wants a name and password, or another way to sign in', signIn);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), placeOf(ask), portBytes(ask.port)]));
  const [, code, , kind] = await take(socket, 4);
  if (code !== 0) throw failure(code ?? 1, ask);
  // The address it has connected from: a name tells its length first.
  const rest = kind === 1 ? 4 : kind === 4 ? 16 : kind === 3 ? ((await take(socket, 1))[0] ?? 0) : undefined;
  if (rest === undefined) throw noProxy(ask);
  await take(socket, rest + 2);
}

async function askFour(socket: Socket, { user }: SocksWay, ask: SocksAsk): Promise<void> {
  const kind = isIP(ask.host);
  if (kind === 6) throw refused(ask, 'SOCKS 4 knows no addresses such as this one', 'Write its address with socks5:// if it can do that.');
  // An address that there is not says that a name follows.
  const address = kind === 4 ? addressBytes(ask.host) : Buffer.from([0, 0, 0, 1]);
  const name = kind === 4 ? [] : [Buffer.from(`${ask.host}\0`)];
  const id = Buffer.from(`${user?.name ?? ''}\0`);
  socket.write(Buffer.concat([Buffer.from([4, 1]), portBytes(ask.port), address, id, ...name]));
  const [version, code] = await take(socket, 8);
  if (version !== 0) throw noProxy(ask);
  if (code !== 90) throw refused(ask, code === 91 ? 'it says that it could not' : 'it does not accept the name', askThem);
}

/** Exactly so many bytes; what else is there stays unread. */
function take(socket: Socket, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      socket.off('readable', look).off('error', fail).off('end', left).off('close', left);
      settle();
    };
    const fail = (error: unknown): void => done(() => reject(error));
    const left = (): void => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    const look = (): void => {
      const found: Buffer | null = socket.read(count);
      if (found !== null && found.length === count) done(() => resolve(found));
    };
    if (socket.destroyed) left();
    socket.on('readable', look).once('error', fail).once('end', left).once('close', left);
    look();
  });
}

const portBytes = (port: number): Buffer => Buffer.from([port >> 8, port & 255]);

function counted(text: string, ask: SocksAsk): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length === 0 || bytes.length > 255) throw refused(ask, 'a name or password has 1 to 255 bytes', signIn);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function placeOf(ask: SocksAsk): Buffer {
  const kind = isIP(ask.host);
  if (kind === 0) return Buffer.concat([Buffer.from([3]), counted(ask.host, ask)]);
  return Buffer.concat([Buffer.from([kind === 4 ? 1 : 4]), addressBytes(ask.host)]);
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // The URL writes an IPv4 tail in hexadecimal.
  const [head = '', tail] = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1).split('::');
  const words = (text: string | undefined): number[] =>
    (text ?? '').split(':').flatMap((each) => (each === '' ? [] : [Number.parseInt(each, 16)]));
  const [first, last] = [words(head), words(tail)];
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  return Buffer.from(all.flatMap((word) => [word >> 8, word & 255]));
}

const signIn = 'Give your proxy’s name and password in its address, such as socks5h://name:password@host:1080.';
const askThem = 'Ask those who run the proxy to allow that host.';

const refused = ({ proxy, host, port }: SocksAsk, why: string, hint: string): AppError =>
  new AppError('proxy-refused', `Your proxy ${proxy} does not connect to ${host}:${port}: ${why}.`, {
    hint,
    details: { host: `${host}:${port}` },
  });
const noProxy = ({ proxy }: SocksAsk): AppError =>
  new AppError('proxy-refused', `What ${proxy} answers is no SOCKS proxy’s answer.`, {
    hint: 'Check the address of your proxy, and whether it begins with http:// or socks5h://.',
  });

/** RFC 1928, section 6. What the network did is told apart from what the proxy does not want. */
function failure(code: number, ask: SocksAsk): AppError {
  const unreachable = (what: string, system: string): AppError =>
    new AppError('net-unreachable', `Your proxy ${ask.proxy} says of ${ask.host}:${ask.port}: ${what}.`, {
      hint: 'Check the name of the host and your connection.',
      retryable: true,
      details: { host: `${ask.host}:${ask.port}`, code: system },
    });
  switch (code) {
    case 2:
      return refused(ask, 'its rules do not allow it', askThem);
    case 3:
      return unreachable('its network is not reached', 'ENETUNREACH');
    case 4:
      return unreachable('the host is not reached', 'EHOSTUNREACH');
    case 5:
      return unreachable('nothing answers there', 'ECONNREFUSED');
    case 6:
      return unreachable('it did not answer in time', 'ETIMEDOUT');
    default:
      return refused(ask, `it answers with failure ${code}`, askThem);
  }
}
