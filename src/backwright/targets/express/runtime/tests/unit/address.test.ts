import '../support/environment.js';
import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import { clientAddress, network } from '../../services/security/address.js';

const trusted = new BlockList();
trusted.addSubnet('10.0.0.0', 8, 'ipv4');
trusted.addSubnet('fd00::', 8, 'ipv6');

test('when nobody is trusted, then the address is the socket’s', () => {
  assert.equal(clientAddress('10.0.0.1', '192.0.2.1', new BlockList()), '10.0.0.1');
  assert.equal(clientAddress('::ffff:192.0.2.7', undefined, trusted), '192.0.2.7');
  assert.equal(clientAddress('2001:DB8:0:0::1', undefined, trusted), '2001:db8::1');
});

test('when proxies are trusted, then the last entry that none of them is counts', () => {
  for (const [socket, forwarded, client] of [
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['::ffff:10.0.0.1', '192.0.2.9, 192.0.2.1,10.9.9.9 ', '192.0.2.1'],
    ['fd00::1', '192.0.2.1, ::ffff:a00:5', '192.0.2.1'],
    ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['10.0.0.1', '192.0.2.1, somewhere, 10.0.0.2', '10.0.0.2'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['192.0.2.5', '192.0.2.1', '192.0.2.5'],
  ] as const) {
    assert.equal(clientAddress(socket, forwarded, trusted), client);
  }
});

test('when an address is of IPv6, then it counts with its network', () => {
  for (const [address, counted] of [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::5', '2001:db8::/64'],
    ['2001:db8:0:7::5', '2001:db8:0:7::/64'],
    ['::1', '::/64'],
  ] as const) {
    assert.equal(network(address), counted);
  }
});
