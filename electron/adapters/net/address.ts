// Which kind of network an address belongs to. Only `public`, `loopback` and `private` can ever be reached; everything special
// (link-local with the cloud metadata services, multicast, translated and mapped forms) is refused always.

import { BlockList, isIP } from 'node:net';

export type AddressKind = 'public' | 'loopback' | 'private' | 'special';

const list = (...subnets: string[]): BlockList => {
  const blocks = new BlockList();
  for (const subnet of subnets) {
    const [address, bits] = subnet.split('/') as [string, string];
    blocks.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return blocks;
};

const loopback4 = list('127.0.0.0/8');
const private4 = list('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16');
const special4 = list(
  '0.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Azure's platform service: a public address that answers only inside its machines.
  '168.63.129.16/32',
);
const loopback6 = list('::1/128');
const private6 = list('fc00::/7');
/** All that is routed today; within it, ranges that only wrap other addresses or document things. */
const global6 = list('2000::/3');
const special6 = list('2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', 'fd00:ec2::/32', 'fd20:ce::/32');

/** Not routed anywhere, and given to public names by VPNs, proxies and test networks of a machine. */
const byNetwork4 = list('100.64.0.0/10', '192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24');

/** Special, but only in that it belongs to no public network. */
export const isGivenByNetwork = (address: string): boolean => isIP(address) === 4 && byNetwork4.check(address);

/** Of an address as text, without brackets. A zone (`%eth0`) makes it special. */
export function kindOf(address: string): AddressKind {
  switch (isIP(address)) {
    case 4:
      if (loopback4.check(address)) return 'loopback';
      if (private4.check(address)) return 'private';
      return special4.check(address) ? 'special' : 'public';
    case 6:
      if (address.includes('%')) return 'special';
      if (loopback6.check(address, 'ipv6')) return 'loopback';
      if (special6.check(address, 'ipv6')) return 'special';
      if (private6.check(address, 'ipv6')) return 'private';
      return global6.check(address, 'ipv6') ? 'public' : 'special';
    default:
      return 'special';
  }
}
