import { z } from 'zod';
import { checked, settings } from './settings.js';

/** Who answers the calls of a port, and what a sandbox is to say; production takes no sandbox that nobody asked for. */
const adapter = (...outcomes: string[]) => {
  const known = z.enum(['real', 'sandbox', ...outcomes.map((outcome) => `sandbox:${outcome}`)]);
  return settings.environment === 'production' ? known : known.default('sandbox');
};

const env = checked(
  z.object({
    PAYMENTS_ADAPTER: adapter('approved', 'declined'),
  }),
);

export const adapters = {
  payments: env.PAYMENTS_ADAPTER,
} as const;
