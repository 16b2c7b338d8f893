import { z } from 'zod';
import { name } from './application.js';

export const count = (fallback: number) => z.coerce.number().int().min(1).default(fallback);
export const flag = (fallback: boolean) =>
  z
    .enum(['on', 'off'])
    .default(fallback ? 'on' : 'off')
    .transform((value) => value === 'on');

/** The environment as the schema says; the process ends with status 78 (EX_CONFIG) where it is wrong. */
export function checked<T extends z.ZodType>(schema: T): z.output<T> {
  const parsed = schema.safeParse(process.env);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) process.stderr.write(`configuration: ${issue.path.join('.')}: ${issue.message}\n`);
  process.exit(78);
}

const schema = z.object({
  NODE_ENV: z.enum(['development', 'staging', 'production', 'test']).default('production'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug']).default('info'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATABASE_POOL_SIZE: count(10),
  DATABASE_READERS: count(4),
  DATABASE_PIPELINE: flag(true),
  DATABASE_TIMEOUT_MS: count(5000),
  DATABASE_CONNECT_TIMEOUT_MS: count(2000),
  BODY_LIMIT_BYTES: count(102_400),
  STOP_TIMEOUT_MS: count(10_000),
});

const LOOPBACK = ['', 'localhost', '127.0.0.1', '[::1]'];

/** In production the way to the database is encrypted, or never leaves the machine. */
function encrypted({ NODE_ENV, DATABASE_URL }: { NODE_ENV: string; DATABASE_URL: string }): boolean {
  const { hostname, searchParams } = new URL(DATABASE_URL);
  const mode = searchParams.get('sslmode') ?? (LOOPBACK.includes(hostname) ? 'local' : 'disable');
  return NODE_ENV !== 'production' || ['local', 'require', 'verify-ca', 'verify-full'].includes(mode);
}

const env = checked(schema.refine(encrypted, { path: ['DATABASE_URL'], message: 'needs sslmode=verify-full in production' }));

export const settings = {
  name,
  environment: env.NODE_ENV,
  host: env.HOST,
  port: env.PORT,
  logLevel: env.LOG_LEVEL,
  databaseUrl: env.DATABASE_URL,
  databasePoolSize: env.DATABASE_POOL_SIZE,
  databaseReaders: env.DATABASE_READERS,
  databasePipeline: env.DATABASE_PIPELINE,
  databaseTimeoutMs: env.DATABASE_TIMEOUT_MS,
  databaseConnectTimeoutMs: env.DATABASE_CONNECT_TIMEOUT_MS,
  bodyLimitBytes: env.BODY_LIMIT_BYTES,
  stopTimeoutMs: env.STOP_TIMEOUT_MS,
} as const;
