// A real name server on loopback that answers as it is told, differently each time where it should: what a hostile one does.

import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** The addresses a name has the n-th time it is asked for. */
export type Answers = (name: string, nth: number) => readonly string[];

const typeA = 1;
const typeAaaa = 28;

export async function startDns(
  answers: Answers,
): Promise<{ resolve(host: string): Promise<string[]>; asked: Map<string, number>; close(): void }> {
  const asked = new Map<string, number>();
  const socket: Socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, end, type } = readQuestion(query);
    // Both kinds of address are asked for each time; the first of the two counts.
    const nth = type === typeA ? (asked.get(name) ?? 0) : Math.max(0, (asked.get(name) ?? 1) - 1);
    if (type === typeA) asked.set(name, nth + 1);
    const found = answers(name, nth).filter((address) => isIP(address) === (type === typeA ? 4 : 6));
    socket.send(answer(query.subarray(0, end), type, found), from.port, from.address);
  });
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    asked,
    async resolve(host) {
      const four = await resolver.resolve4(host).catch(() => []);
      const six = await resolver.resolve6(host).catch(() => []);
      return [...four, ...six];
    },
    close: () => socket.close(),
  };
}

function readQuestion(query: Buffer): { name: string; end: number; type: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5, type: query.readUInt16BE(at + 1) };
}

function answer(question: Buffer, type: number, addresses: readonly string[]): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt16BE(0, 8);
  head.writeUInt16BE(0, 10);
  const rows = addresses.map((address) => {
    const bytes = type === typeAaaa ? bytesOf6(address) : Buffer.from(address.split('.').map(Number));
    const row = Buffer.alloc(12 + bytes.length);
    row.writeUInt16BE(0xc00c, 0);
    row.writeUInt16BE(type, 2);
    row.writeUInt16BE(1, 4);
    row.writeUInt16BE(bytes.length, 10);
    bytes.copy(row, 12);
    return row;
  });
  return Buffer.concat([head, ...rows]);
}

function bytesOf6(address: string): Buffer {
  const [left = '', right] = address.split('::');
  const words = (text: string): number[] => (text === '' ? [] : text.split(':').map((each) => Number.parseInt(each, 16)));
  const before = words(left);
  const after = right === undefined ? [] : words(right);
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  const bytes = Buffer.alloc(16);
  for (const [at, word] of all.entries()) bytes.writeUInt16BE(word, at * 2);
  return bytes;
}
