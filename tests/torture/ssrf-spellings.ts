// Ways to write an address that must not be reached, so that a guard that reads texts instead of addresses lets it through.

import type { Random } from '../contract/wire-fuzz.ts';

export const forbidden4 = [
  '127.0.0.1',
  '127.0.0.53',
  '127.255.255.254',
  '10.99.77.1',
  '172.16.77.1',
  '192.168.77.1',
  '169.254.169.254',
  '100.100.100.200',
  '168.63.129.16',
  '198.18.77.1',
  '0.0.0.0',
] as const;
export const forbidden6 = ['::1', 'fd00:77::1', 'fd00:ec2::254', 'fe80::77'] as const;
/** Names that a hostile name server gives forbidden addresses. */
export const metadataNames = [
  'metadata.google.internal',
  'metadata',
  'instance-data',
  'localhost',
  'ip6-localhost',
  'kubernetes.default.svc',
] as const;

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const octets = (address: string): number[] => address.split('.').map(Number);
const number = (address: string): number => octets(address).reduce((sum, octet) => sum * 256 + octet, 0);
const hex6 = (address: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = octets(address);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
};
const fullWidth = (text: string): string => text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
const circled = (text: string): string =>
  text.replace(/[1-9]/g, (digit) => String.fromCodePoint(0x2460 + Number(digit) - 1)).replace(/0/g, '⓪');
const odd = (text: string): string => text.replace(/\./g, '。');
const percent = (text: string): string =>
  [...text].map((sign) => (/[0-9a-z]/.test(sign) ? `%${sign.charCodeAt(0).toString(16)}` : sign)).join('');

export const spellings4: readonly ((address: string, random: Random) => string)[] = [
  (address) => address,
  (address) => `${address}.`,
  (address) => String(number(address)),
  (address) => `0x${number(address).toString(16)}`,
  (address) => `0${number(address).toString(8)}`,
  (address) =>
    octets(address)
      .map((octet) => `0x${octet.toString(16)}`)
      .join('.'),
  (address) =>
    octets(address)
      .map((octet) => `0X${octet.toString(16).toUpperCase().padStart(4, '0')}`)
      .join('.'),
  (address) =>
    octets(address)
      .map((octet) => `0${octet.toString(8)}`)
      .join('.'),
  (address) =>
    octets(address)
      .map((octet) => `000${octet.toString(8)}`)
      .join('.'),
  (address, random) =>
    octets(address)
      .map((octet) => pick(random, [String(octet), `0x${octet.toString(16)}`, `0${octet.toString(8)}`]))
      .join('.'),
  (address) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets(address);
    return `${a}.${b}.${c * 256 + d}`;
  },
  (address) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets(address);
    return `${a}.${(b * 256 + c) * 256 + d}`;
  },
  fullWidth,
  circled,
  odd,
  (address) => odd(fullWidth(address)),
  percent,
  (address) => `[::ffff:${address}]`,
  (address) => `[::ffff:${hex6(address)}]`,
  (address) => `[0:0:0:0:0:ffff:${address}]`,
  (address) => `[::${address}]`,
  (address) => `[::ffff:0:${address}]`,
  (address) => `[64:ff9b::${address}]`,
  (address) => `[64:ff9b:1::${hex6(address)}]`,
  (address) => `[2002:${hex6(address)}::]`,
  (address) => `[2001:0:${hex6(address)}::]`,
  (address) => `[::FFFF:${hex6(address).toUpperCase()}]`,
  (address) => `[::ffff:${address}%25lo]`,
];
export const spellings6: readonly ((address: string) => string)[] = [
  (address) => `[${address}]`,
  (address) => `[${address.toUpperCase()}]`,
  (address) => `[${address.replace('::', ':0:0:')}]`,
  (address) => `[${address}%25lo]`,
  (address) => `[${address}%lo]`,
];
/** Names that the name server leads astray; `flip-` ones change their answer. */
export const spellNames = (random: Random, at: number): string => {
  const name = pick(random, [
    ...metadataNames,
    `flip-${at}.example.test`,
    `mixed-${at}.example.test`,
    `private-${at}.example.test`,
    'bücher-intern.test',
  ]);
  return pick(random, [name, name.toUpperCase(), `${name}.`, name.replace('a', '%61'), name.replace('o', 'ⓞ')]);
};

/** The whole address, with what else may confuse a reader of texts. */
export function wrapped(host: string, port: number, random: Random): string {
  return pick(random, [
    `http://${host}:${port}/`,
    `HTTP://${host}:${port}/latest/meta-data/`,
    `http://user:word@${host}:${port}/`,
    `http://example.test@${host}:${port}/`,
    `http://${host}:${port}#@example.test/`,
    `http://${host}:${port}?@example.test/`,
    `http:\\\\${host}:${port}\\`,
    `http:${host}:${port}`,
    `http:////${host}:${port}/`,
    `\thttp://${host}:${port}/ `,
    `http://${host}:0${port}/`,
    `https://${host}:${port}/`,
  ]);
}
