import { expect, test } from 'vitest'
import { createAddressReader, networkOf } from '../../src/lib/network.ts'

const { readAddress: read, isTrusted } = createAddressReader(['10.0.0.0/8', '127.0.0.1', '::1', 'fd00::/8'])

test.each([
  ['192.0.2.1', undefined, '192.0.2.1'],
  ['192.0.2.1', '203.0.113.5', '192.0.2.1'],
  ['127.0.0.1', '203.0.113.5', '203.0.113.5'],
  ['::ffff:127.0.0.1', '203.0.113.5', '203.0.113.5'],
  ['::1', '2001:db8::5', '2001:db8::5'],
  ['10.0.0.1', '198.51.100.1, 203.0.113.5', '203.0.113.5'],
  ['10.0.0.1', '203.0.113.5,10.0.0.2 , fd00::2', '203.0.113.5'],
  ['10.0.0.1', 'nonsense', '10.0.0.1'],
  ['10.0.0.1', '203.0.113.5, nonsense, 10.0.0.2', '10.0.0.2'],
  ['10.0.0.1', '', '10.0.0.1'],
  ['10.0.0.1', '10.0.0.2', '10.0.0.2'],
  ['10.0.0.1', '203.0.113.5:49152', '203.0.113.5'],
  ['10.0.0.1', '[2001:db8::5]:49152', '2001:db8::5'],
  ['10.0.0.1', '[2001:db8::5], 10.0.0.2:80', '2001:db8::5'],
  ['10.0.0.1', '203.0.113.5:', '10.0.0.1'],
  [undefined, '203.0.113.5', ''],
])('a request from %s that was forwarded for %s comes from %s', (socket, forwarded, address) => {
  expect(read(socket, forwarded)).toBe(address)
})

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001::1', '2001:db8:1:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test.each([
  ['127.0.0.1', true],
  ['::ffff:10.2.3.4', true],
  ['fd00::7', true],
  ['192.0.2.1', false],
  ['', false],
])('that %s is one of our proxies is %s', (address, is) => {
  expect(isTrusted(address)).toBe(is)
})
