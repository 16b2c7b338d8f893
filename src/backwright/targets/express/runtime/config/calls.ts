import { z } from 'zod';
import { checked, count, flag } from './settings.js';

const env = checked(
  z.object({
    CALLS: flag(true),
    CALLS_POLL_MS: count(1000),
    CALLS_LEASE_MS: count(30_000),
    CALLS_ATTEMPTS: count(12),
    CALLS_RETRY_MS: count(1000),
    CALLS_RETENTION_HOURS: count(720),
  }),
);

export const calls = {
  enabled: env.CALLS,
  pollMs: env.CALLS_POLL_MS,
  leaseMs: env.CALLS_LEASE_MS,
  attempts: env.CALLS_ATTEMPTS,
  retryMs: env.CALLS_RETRY_MS,
  retentionHours: env.CALLS_RETENTION_HOURS,
} as const;
