import { z } from 'zod';
import { checked, count } from './settings.js';

const env = checked(
  z.object({
    SOCKETS_PER_ACCOUNT: count(20),
    SOCKETS_PER_ADDRESS: count(200),
  }),
);

/** How many sockets may be open on this server. */
export const sockets = { perAccount: env.SOCKETS_PER_ACCOUNT, perAddress: env.SOCKETS_PER_ADDRESS } as const;
