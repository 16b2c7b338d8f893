import { randomBytes } from 'node:crypto';

process.env.LOG_LEVEL ??= 'silent';
process.env.RATE_LIMITS ??= 'off';
process.env.NODE_ENV ??= 'test';
process.env.TOKEN_SECRET ??= randomBytes(48).toString('base64url');
process.env.TOKEN_SECRET_ACCEPTED ??= randomBytes(48).toString('base64url');
process.env.OUTBOX ??= 'off';
process.env.CALLS ??= 'off';
process.env.PAYMENTS_ADAPTER ??= 'sandbox';
