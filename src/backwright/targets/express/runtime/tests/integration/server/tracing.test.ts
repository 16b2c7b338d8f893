import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { start } from '../../support/process.js';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

const received: string[] = [];
const keys: unknown[] = [];
const collector = createServer(async (req, res) => {
  assert.equal(req.url, '/v1/traces');
  keys.push(req.headers['x-key']);
  received.push(await text(req));
  res.end('{}');
}).listen(0, '127.0.0.1');
await once(collector, 'listening');
after(() => collector.close());

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

test('when a collector is configured, then a request and what it asks the database are spans of the caller’s trace', async () => {
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20key' };
  const { origin, process, exited } = await start(settings);
  const ask = (traceparent: string) => fetch(`${origin}/readyz?canary=1`, { headers: { traceparent } });
  await ask(`00-${TRACE}-${PARENT}-01`);
  for (const wrong of [`00-${TRACE}-${PARENT}-01-more`, `ff-${TRACE}-${PARENT}-01`, `00-${'0'.repeat(32)}-${PARENT}-01`]) await ask(wrong);
  await ask(`00-${'1'.repeat(32)}-${PARENT}-00`);
  process.kill('SIGTERM');
  assert.equal(await exited, 0);
  const spans = received.flatMap((body) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans as Span[]);
  const [request, ...others] = spans.filter(({ kind, parentSpanId }) => kind === 2 && parentSpanId === PARENT);
  assert.deepEqual([request?.traceId, request?.name, others], [TRACE, 'GET /readyz', []]);
  const asked = spans.filter(({ kind, traceId }) => kind === 3 && traceId === TRACE);
  assert.deepEqual(
    asked.map(({ name, parentSpanId }) => [name, parentSpanId]),
    [['ready', request?.spanId]],
  );
  assert.equal(spans.filter(({ kind }) => kind === 2).length, 4);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 4);
  assert.ok(!received.join('').includes('canary'));
  assert.deepEqual([...new Set(keys)], ['a key']);
});
