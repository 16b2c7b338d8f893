import { BlockList, isIP, isIPv6 } from 'node:net';
import { z } from 'zod';
import { rateLimits, roles } from './application.js';
import { checked, settings } from './settings.js';

/** At most so many requests in a window of so many seconds. */
export interface Quota {
  readonly requests: number;
  readonly seconds: number;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 };
const NAMES = new Set([...Object.keys(rateLimits), ...roles]);
const LISTED = /^(?<name>[^=]+)=(?<quota>.+)$/;

/** A comma-separated list without the blanks around its items. */
const items = (text: string) => text.split(',').flatMap((item) => item.trim() || []);

export function quotaOf(text: string): Quota | null {
  const [, requests, unit = ''] = /^([1-9]\d{0,8})\/(s|min|h)$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  return seconds ? { requests: Number(requests), seconds } : null;
}

function overrides(text: string): [string, Quota][] | null {
  const found = items(text).map((item) => {
    const { name = '', quota = '' } = LISTED.exec(item)?.groups ?? {};
    return [name, NAMES.has(name) ? quotaOf(quota) : null] as const;
  });
  return found.every((each): each is readonly [string, Quota] => each[1] !== null) ? found.map(([name, quota]) => [name, quota]) : null;
}

function networks(text: string): BlockList | null {
  const list = new BlockList();
  for (const item of items(text)) {
    const [address = '', length, ...rest] = item.split('/');
    const bits = isIPv6(address) ? 128 : 32;
    const prefix = length === undefined ? bits : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
    if (!isIP(address) || !(prefix <= bits) || rest.length > 0) return null;
    list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

const env = checked(
  z.object({
    RATE_LIMITS: z
      .string()
      .default('')
      .refine((text) => text === 'off' || overrides(text), `is no list such as anonymous=600/min of ${[...NAMES].join(', ')}`)
      .refine((text) => text !== 'off' || settings.environment !== 'production', 'cannot be off in production'),
    RATE_LIMIT_REDIS_URL: z.union([z.literal(''), z.url({ protocol: /^rediss?$/ })]).default(''),
    TRUSTED_PROXIES: z
      .string()
      .default('')
      .refine((text) => networks(text) !== null, 'is no list of networks such as 10.0.0.0/8'),
  }),
);

const stated = Object.entries(rateLimits).map(([name, text]) => [name, quotaOf(text)] as [string, Quota]);

/** By the name of what is limited; null where nothing is counted. */
export const quotas: ReadonlyMap<string, Quota> | null =
  env.RATE_LIMITS === 'off' ? null : new Map([...stated, ...(overrides(env.RATE_LIMITS) ?? [])]);

export const redisUrl = env.RATE_LIMIT_REDIS_URL;
export const trustedProxies = env.TRUSTED_PROXIES ? networks(env.TRUSTED_PROXIES) : null;
