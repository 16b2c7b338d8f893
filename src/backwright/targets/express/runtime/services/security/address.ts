import { type BlockList, isIP, SocketAddress } from 'node:net';

/**
 * Who sent a request: the socket's address or, behind trusted proxies, the last entry of `X-Forwarded-For` that none of
 * them is. What stands before that may be made up.
 */
export function clientAddress(socket: string | undefined, forwarded: string | undefined, trusted: BlockList | null): string {
  const entries = forwarded?.split(',') ?? [];
  let address = canonical(socket ?? '');
  while (trusted?.check(address, isV6(address) ? 'ipv6' : 'ipv4')) {
    const before = entries.pop()?.trim() ?? '';
    if (!isIP(before)) break;
    address = canonical(before);
  }
  return address;
}

/** The address, or the network that one holder of IPv6 addresses has at least (RFC 6177). */
export function network(address: string): string {
  if (!isV6(address)) return address;
  const [before = '', after] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const groups = after ? [...before, ...Array(8 - before.length - after.length).fill('0'), ...after] : [...before];
  return `${canonical(`${groups.slice(0, 4).join(':')}::`)}/64`;
}

/** Of an address; whether it is one at all is known. */
const isV6 = (address: string) => address.includes(':');

/** An IPv4 address as such, also where an IPv6 socket shows it as `::ffff:192.0.2.1`. */
function canonical(address: string): string {
  if (!isV6(address)) return address;
  return new SocketAddress({ address: address.replace(/%.*/, ''), family: 'ipv6' }).address.replace(/^::ffff:(?=\d+\.)/, '');
}
