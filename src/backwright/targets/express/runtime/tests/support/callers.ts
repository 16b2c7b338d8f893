import { randomInt } from 'node:crypto';
import { type Answer, type Call, sendTo } from './requests.js';

/** Settings under which a server believes what a test says about its own address, and has time for a crowd. */
export const behindProxy = { TRUSTED_PROXIES: '127.0.0.0/8', DATABASE_CONNECT_TIMEOUT_MS: '10000' };

/** An address that nothing was counted on yet (RFC 3849). */
export const someAddress = (): string => `2001:db8:${[1, 2].map(() => randomInt(1, 65_536).toString(16)).join(':')}::1`;

/** A request of somebody at an address, as a proxy passes it on. */
export const sendFrom = (address: string, origin: string, method: string, path: string, call: Call = {}): Promise<Answer> =>
  sendTo(origin, method, path, { ...call, headers: { ...call.headers, 'x-forwarded-for': address } });

const AT_ONCE = 32;

/** The statuses of so many requests, many of them at once, by how often each came. */
export async function burst(times: number, send: (turn: number) => Promise<Answer>): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  let turn = 0;
  const sender = async () => {
    while (turn < times) {
      turn += 1;
      const { status } = await send(turn - 1);
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return counts;
}
