import '../../support/environment.js';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { start } from '../../support/process.js';

const production = {
  NODE_ENV: 'production',
  RATE_LIMITS: '',
  DATABASE_URL: 'postgres://x@127.0.0.1/x',
  MAIL_URL: 'smtps://mail.internal',
  MAIL_FROM: 'desk@mail.example',
  APP_URL: 'https://app.example',
};

test('when the key of access tokens is missing, short or guessable, then production does not start', async () => {
  const guessable = ['a'.repeat(64), 'changeme'.repeat(8), 'not-for-production-not-for-production', '0123456789abcdef'.repeat(4)];
  for (const TOKEN_SECRET of ['', 'x8K2mQ9vLr4', ...guessable]) await assert.rejects(start({ ...production, TOKEN_SECRET }), /status 78/);
});

test('when the key is random, then production starts', async () => {
  for (const encoding of ['hex', 'base64url'] as const) {
    const running = await start({ ...production, TOKEN_SECRET: randomBytes(32).toString(encoding) });
    running.process.kill('SIGTERM');
    assert.equal(await running.exited, 0);
  }
});
