import { availableParallelism } from 'node:os';
import { deflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { checked, count, settings, WORDS } from './settings.js';

/** Outside development a key must look random: it holds no word from an example, and repeats itself too little to be compressed. */
const guessable = (secret: string) =>
  ['staging', 'production'].includes(settings.environment) && (WORDS.test(secret) || deflateRawSync(secret).length < 30);

const env = checked(
  z.object({
    TOKEN_SECRET: z
      .string()
      .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have at least 32 bytes')
      .refine((secret) => !guessable(secret), 'can be guessed; take what `openssl rand -base64 48` prints'),
    ACCESS_TOKEN_SECONDS: count(900),
    REFRESH_TOKEN_SECONDS: count(30 * 86_400),
    PASSWORD_HASH_CONCURRENCY: count(availableParallelism()),
    LOGIN_FAILURES: count(10),
  }),
);

export const identitySettings = {
  tokenSecret: env.TOKEN_SECRET,
  accessTokenSeconds: env.ACCESS_TOKEN_SECONDS,
  refreshTokenSeconds: env.REFRESH_TOKEN_SECONDS,
  passwordHashConcurrency: env.PASSWORD_HASH_CONCURRENCY,
  loginFailures: env.LOGIN_FAILURES,
} as const;
