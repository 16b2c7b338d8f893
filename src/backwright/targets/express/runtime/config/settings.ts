import { existsSync } from 'node:fs';
import inspector from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { name } from './application.js';

/** What this environment has for everybody; variables of the process come first. */
const shared = fileURLToPath(new URL(`../../config/${process.env.NODE_ENV ?? 'production'}/settings.env`, import.meta.url));
if (existsSync(shared)) process.loadEnvFile(shared);

export const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);
export const flag = (fallback: boolean) =>
  z
    .enum(['on', 'off'])
    .default(fallback ? 'on' : 'off')
    .transform((value) => value === 'on');

/** Scheme, host and port as browsers write them (RFC 6454, 6.2). */
const ORIGIN = /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/;

const origins = z
  .string()
  .default('')
  .transform((value) => value.split(',').flatMap((each) => each.trim() || []))
  .refine((values) => values.every((each) => ORIGIN.test(each)), 'is no list of origins');

/** The environment as the schema says; the process ends with status 78 (EX_CONFIG) where it is wrong. */
export function checked<T extends z.ZodType>(schema: T): z.output<T> {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) process.stderr.write(`configuration: ${issue.path.join('.')}: ${issue.message}\n`);
  process.exit(78);
}

const port = z.coerce.number().int().min(0).max(65535);

const schema = z.object({
  NODE_ENV: z.enum(['development', 'staging', 'production', 'test']).default('production'),
  HOST: z.string().default('127.0.0.1'),
  CORS_ORIGINS: origins,
  PORT: port.default(3000),
  DEBUG: z.string().optional(),
  METRICS_HOST: z.string().default('127.0.0.1'),
  METRICS_PORT: z.preprocess((value) => (value === 'off' || value === '' ? undefined : value), port.optional()).prefault('off'),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug']).default('info'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.preprocess((value) => (value === '' ? undefined : value), z.url({ protocol: /^https?$/ }).optional()),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().default(''),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATABASE_POOL_SIZE: count(10),
  DATABASE_READERS: count(4),
  DATABASE_PIPELINE: flag(true),
  DATABASE_TIMEOUT_MS: count(5000),
  DATABASE_CONNECT_TIMEOUT_MS: count(2000),
  BODY_LIMIT_BYTES: count(102_400),
  STOP_TIMEOUT_MS: count(10_000),
});

/** Words from examples. */
export const WORDS = /change.?me|secret|password|example|default|production/i;

/** Outside development the database's password, where there is one, is none that can be guessed. */
function unguessable({ NODE_ENV, DATABASE_URL }: { NODE_ENV: string; DATABASE_URL: string }): boolean {
  const { password } = new URL(DATABASE_URL);
  const guessable = password !== '' && (password.length < 12 || WORDS.test(password));
  return !['staging', 'production'].includes(NODE_ENV) || !guessable;
}

/** What is for debugging tells too much to run in production (ASVS 5.0, 13.4.2). */
const debugging = ({ LOG_LEVEL, DEBUG }: { LOG_LEVEL: string; DEBUG?: string | undefined }): string[] => [
  ...(LOG_LEVEL === 'debug' ? ['LOG_LEVEL'] : []),
  ...(['', '0', 'off', 'false', undefined].includes(DEBUG) ? [] : ['DEBUG']),
  ...(inspector.url() === undefined ? [] : ['NODE_OPTIONS']),
];

const LOOPBACK = ['', 'localhost', '127.0.0.1', '[::1]'];

/** In production the way to the database is encrypted, or never leaves the machine. */
function encrypted({ NODE_ENV, DATABASE_URL }: { NODE_ENV: string; DATABASE_URL: string }): boolean {
  const { hostname, searchParams } = new URL(DATABASE_URL);
  const mode = searchParams.get('sslmode') ?? (LOOPBACK.includes(hostname) ? 'local' : 'disable');
  return NODE_ENV !== 'production' || ['local', 'require', 'verify-ca', 'verify-full'].includes(mode);
}

const env = checked(
  schema
    .refine(encrypted, { path: ['DATABASE_URL'], message: 'needs sslmode=verify-full in production' })
    .refine(unguessable, { path: ['DATABASE_URL'], message: 'has a password that can be guessed' })
    .superRefine((given, context) => {
      for (const name of given.NODE_ENV === 'production' ? debugging(given) : []) {
        context.addIssue({ code: 'custom', path: [name], message: 'switches debugging on, which production refuses' });
      }
    }),
);

export const settings = {
  name,
  environment: env.NODE_ENV,
  host: env.HOST,
  port: env.PORT,
  corsOrigins: env.CORS_ORIGINS,
  metricsHost: env.METRICS_HOST,
  metricsPort: env.METRICS_PORT,
  logLevel: env.LOG_LEVEL,
  otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
  otlpHeaders: env.OTEL_EXPORTER_OTLP_HEADERS,
  databaseUrl: env.DATABASE_URL,
  databasePoolSize: env.DATABASE_POOL_SIZE,
  databaseReaders: env.DATABASE_READERS,
  databasePipeline: env.DATABASE_PIPELINE,
  databaseTimeoutMs: env.DATABASE_TIMEOUT_MS,
  databaseConnectTimeoutMs: env.DATABASE_CONNECT_TIMEOUT_MS,
  bodyLimitBytes: env.BODY_LIMIT_BYTES,
  stopTimeoutMs: env.STOP_TIMEOUT_MS,
} as const;
