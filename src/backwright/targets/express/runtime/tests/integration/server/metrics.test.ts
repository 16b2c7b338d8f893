import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { start } from '../../support/process.js';

const text = async (url: string) => (await fetch(url)).text();

test('when the server is measured, then each request counts by its route, and nothing that a caller chose is a label', async () => {
  const { origin, metrics, process, exited } = await start({ METRICS_PORT: '0' });
  const made = randomUUID();
  await fetch(`${origin}/readyz?canary=${made}`);
  await fetch(`${origin}/readyz`);
  await fetch(`${origin}/v1/${made}`, { method: 'PROPFIND' });
  const measured = await text(metrics);
  const count = 'http_server_request_duration_seconds_count';
  assert.match(measured, new RegExp(`^${count}{http_request_method="GET",http_route="/readyz",http_response_status_code="200"} 2$`, 'm'));
  assert.match(measured, new RegExp(`^${count}{http_request_method="_OTHER",http_route="",http_response_status_code="404"} 1$`, 'm'));
  assert.ok(!measured.includes(made));
  assert.match(
    measured,
    /^db_client_connection_count\{db_client_connection_pool_name="readers",db_client_connection_state="used"\} [12]$/m,
  );
  assert.match(measured, /^event_loop_delay_seconds_count \d+$/m);
  process.kill('SIGTERM');
  assert.equal(await exited, 0);
});

test('when somebody asks the public port, then there are no metrics', async () => {
  const { origin, metrics } = await start({ METRICS_PORT: '0' });
  assert.equal((await fetch(`${origin}/metrics`)).status, 404);
  assert.equal((await fetch(metrics.replace('/metrics', '/'))).status, 404);
});

test('when nobody asked for it, then nothing is measured on a port', async () => {
  assert.equal((await start()).metrics, '');
});

test('when the port of the metrics is taken, then the server says so and does not start', async () => {
  const { metrics } = await start({ METRICS_PORT: '0' });
  await assert.rejects(start({ METRICS_PORT: new URL(metrics).port }), /status 1/);
});
