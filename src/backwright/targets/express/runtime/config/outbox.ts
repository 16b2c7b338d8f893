import { z } from 'zod';
import { checked, count, flag } from './settings.js';

const env = checked(
  z.object({
    OUTBOX: flag(true),
    OUTBOX_POLL_MS: count(1000),
    OUTBOX_LEASE_MS: count(30_000),
    OUTBOX_ATTEMPTS: count(12),
    OUTBOX_RETRY_MS: count(1000),
    OUTBOX_RETENTION_HOURS: count(720),
  }),
);

export const outbox = {
  enabled: env.OUTBOX,
  pollMs: env.OUTBOX_POLL_MS,
  leaseMs: env.OUTBOX_LEASE_MS,
  attempts: env.OUTBOX_ATTEMPTS,
  retryMs: env.OUTBOX_RETRY_MS,
  retentionHours: env.OUTBOX_RETENTION_HOURS,
} as const;
