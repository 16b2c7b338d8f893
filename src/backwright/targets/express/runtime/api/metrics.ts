import { createServer, type Server } from 'node:http';
import { connectionCount, connectionMax, eventLoopDelay, pendingRequests, processMemory, processTime } from '../config/metrics.js';
import { settings } from '../config/settings.js';
import { pools } from '../services/data/database.js';
import { exposition, gauge, histogram, total } from '../services/observability/metrics.js';

gauge(connectionCount, () =>
  pools().flatMap(({ name, used, idle }) => [
    [used, name, 'used'],
    [idle, name, 'idle'],
  ]),
);
gauge(connectionMax, () => pools().map(({ name, max }) => [max, name]));
gauge(pendingRequests, () => pools().map(({ name, waiting }) => [waiting, name]));
total(processTime, () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
});
gauge(processMemory, () => [[process.memoryUsage.rss()]]);

const SAMPLED_MS = 50;
const delayed = histogram(eventLoopDelay);

function sampleEventLoop(): void {
  let due = performance.now() + SAMPLED_MS;
  setInterval(() => {
    const now = performance.now();
    delayed(Math.max(0, now - due) / 1000);
    due = now + SAMPLED_MS;
  }, SAMPLED_MS).unref();
}

/** Serves `GET /metrics` on a port that is nobody's but the operator's. */
export const listenForMetrics = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer({ requestTimeout: 5_000, keepAliveTimeout: 65_000 }, (req, res) => {
      if (req.method !== 'GET' || req.url !== '/metrics') {
        res.writeHead(404).end();
        return;
      }
      res.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(exposition());
    });
    server.once('error', reject).listen(port, settings.metricsHost, () => resolve(server));
    sampleEventLoop();
  });
