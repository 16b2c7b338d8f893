import { availableParallelism } from 'node:os';
import { deflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { checked, count, settings, WORDS } from './settings.js';

/** Outside development a key must look random: it holds no word from an example, and repeats itself too little to be compressed. */
const guessable = (secret: string) =>
  ['staging', 'production'].includes(settings.environment) && (WORDS.test(secret) || deflateRawSync(secret).length < 30);

const secret = z
  .string()
  .refine((value) => Buffer.byteLength(value) >= 32, 'must have at least 32 bytes')
  .refine((value) => !guessable(value), 'can be guessed; take what `openssl rand -base64 48` prints');

const env = checked(
  z.object({
    TOKEN_SECRET: secret,
    TOKEN_SECRET_ACCEPTED: z.preprocess((value) => (value === '' ? undefined : value), secret.optional()),
    ACCESS_TOKEN_SECONDS: count(900),
    REFRESH_TOKEN_SECONDS: count(30 * 86_400),
    PASSWORD_HASH_CONCURRENCY: count(availableParallelism()),
    LOGIN_FAILURES: count(10),
  }),
);

export const identitySettings = {
  tokenSecret: env.TOKEN_SECRET,
  /** Tokens of these hold; more than one only while the secret changes. */
  acceptedSecrets: [env.TOKEN_SECRET, ...(env.TOKEN_SECRET_ACCEPTED ? [env.TOKEN_SECRET_ACCEPTED] : [])],
  accessTokenSeconds: env.ACCESS_TOKEN_SECONDS,
  refreshTokenSeconds: env.REFRESH_TOKEN_SECONDS,
  passwordHashConcurrency: env.PASSWORD_HASH_CONCURRENCY,
  loginFailures: env.LOGIN_FAILURES,
} as const;
