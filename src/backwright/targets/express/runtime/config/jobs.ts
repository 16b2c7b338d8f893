import { z } from 'zod';
import { checked, count, flag } from './settings.js';

const env = checked(
  z.object({
    JOBS: flag(true),
    JOBS_POLL_MS: count(1000),
  }),
);

export const jobSettings = { enabled: env.JOBS, pollMs: env.JOBS_POLL_MS } as const;
