import assert from 'node:assert/strict';
import { test } from 'node:test';

Object.assign(process.env, { NODE_ENV: 'staging', LOG_LEVEL: 'warn', DATABASE_URL: 'postgres://x@127.0.0.1/x' });
for (const name of ['HOST', 'METRICS_PORT']) delete process.env[name];
const { settings } = await import('../../config/settings.js');

test('when an environment has a setting for everybody, then it holds unless the process has its own', () => {
  assert.deepEqual([settings.host, settings.metricsPort, settings.logLevel], ['0.0.0.0', 9464, 'warn']);
});
