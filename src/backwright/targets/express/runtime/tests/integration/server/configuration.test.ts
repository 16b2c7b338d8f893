import '../../support/environment.js';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { start } from '../../support/process.js';

const production = {
  NODE_ENV: 'production',
  RATE_LIMITS: '',
  TOKEN_SECRET: randomBytes(48).toString('base64url'),
  MAIL_URL: 'smtps://mail.internal',
  MAIL_FROM: 'desk@mail.example',
  APP_URL: 'https://app.example',
};

test('when a production database is far away, then the way to it must be encrypted', async () => {
  for (const DATABASE_URL of ['postgres://x@db/x', 'postgres://x@127.0.0.1/x?sslmode=disable', 'postgres://x@db/x?sslmode=prefer']) {
    await assert.rejects(start({ ...production, DATABASE_URL }), /status 78/);
  }
  const running = await start({ ...production, DATABASE_URL: 'postgres://x@db.internal/x?sslmode=verify-full' });
  running.process.kill('SIGTERM');
  assert.equal(await running.exited, 0);
});

test('when something is switched on for debugging, then production does not start', async () => {
  const local = { ...production, DATABASE_URL: 'postgres://x@127.0.0.1/x' };
  for (const switched of [{ LOG_LEVEL: 'debug' }, { DEBUG: 'express:*' }, { NODE_OPTIONS: '--inspect=127.0.0.1:0' }]) {
    await assert.rejects(start({ ...local, ...switched }), /status 78/);
  }
  const running = await start({ ...local, DEBUG: '0' });
  running.process.kill('SIGTERM');
  assert.equal(await running.exited, 0);
});

test('when the password of the database can be guessed, then neither staging nor production starts', async () => {
  for (const NODE_ENV of ['staging', 'production']) {
    for (const password of ['app-password', 'x8K2mQ9vLr4']) {
      await assert.rejects(start({ ...production, NODE_ENV, DATABASE_URL: `postgres://x:${password}@127.0.0.1/x` }), /status 78/);
    }
  }
});
