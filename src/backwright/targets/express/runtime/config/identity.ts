import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { checked, count } from './settings.js';

const env = checked(
  z.object({
    TOKEN_SECRET: z.string().refine((secret) => Buffer.byteLength(secret) >= 32, 'must have at least 32 bytes'),
    ACCESS_TOKEN_SECONDS: count(900),
    REFRESH_TOKEN_SECONDS: count(30 * 86_400),
    PASSWORD_HASH_CONCURRENCY: count(availableParallelism()),
  }),
);

export const identitySettings = {
  tokenSecret: env.TOKEN_SECRET,
  accessTokenSeconds: env.ACCESS_TOKEN_SECONDS,
  refreshTokenSeconds: env.REFRESH_TOKEN_SECONDS,
  passwordHashConcurrency: env.PASSWORD_HASH_CONCURRENCY,
} as const;
