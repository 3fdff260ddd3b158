import { BlockList, isIP } from 'node:net'
import { createMemory } from './memory.ts'

/**
 * The address a request came from: the socket's, and what a trusted proxy says beyond it. `X-Forwarded-For` is walked
 * from the right, where our own proxies write; the first address that is not one of theirs is the client's. What stands
 * further left was written by the client itself.
 */
export function createAddressReader(trustedProxies: string[]) {
  const trusted = new BlockList()
  for (const network of trustedProxies) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    trusted.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  // The same proxy asks again and again.
  const known = createMemory<boolean>(100)
  const isTrusted = (address: string): boolean => {
    let told = known.get(address)
    if (told === undefined) known.set(address, (told = trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')))
    return told
  }

  return {
    /** whether this is the address of one of our own proxies */
    isTrusted: (socketAddress: string): boolean => {
      const address = plainAddress(socketAddress)
      return isIP(address) !== 0 && isTrusted(address)
    },

    readAddress: (socketAddress: string | undefined, forwardedFor: string | undefined): string => {
      const hops = forwardedFor?.split(',').map((hop) => withoutPort(hop.trim())) ?? []
      let address = plainAddress(socketAddress ?? '')

      while (isIP(address) !== 0 && isTrusted(address)) {
        const next = hops.pop()
        if (next === undefined || isIP(next) === 0) break
        address = next
      }
      return address
    },
  }
}

/** An address as some proxies write it: followed by a port, an IPv6 address in brackets then. */
const withoutPort = (hop: string): string =>
  plainAddress(hop.replace(/^\[([^\]]*)\](:\d+)?$/, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1'))

/** What limits count by: an IPv4 address, or the /64 that one IPv6 customer has to itself. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address

  const [head = '', tail] = address.replace(/%.*$/, '').split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length - (address.includes('.') ? 1 : 0))
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right].slice(0, 4)
  return `${groups.map((group) => parseInt(group, 16).toString(16)).join(':')}::/64`
}

/** An IPv4 address that a dual-stack socket shows as IPv6 is the IPv4 address. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
