import './environment.js';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after } from 'node:test';

export interface Running {
  readonly process: ChildProcess;
  readonly origin: string;
  /** Where it is measured; empty unless it is. */
  readonly metrics: string;
  readonly exited: Promise<number | null>;
}

/** This project's server in a process of its own, on a free port, until the test that started it is over. */
export async function start(environment: Record<string, string> = {}): Promise<Running> {
  // Deliveries are for the tests that ask for them.
  const usual = { HOST: '127.0.0.1', PORT: '0', METRICS_PORT: 'off', LOG_LEVEL: 'info', OUTBOX: 'off' };
  const env = { ...process.env, ...usual, ...environment };
  const child = spawn(process.execPath, ['dist/api/main.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  after(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let metrics = '';
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, port } = JSON.parse(line);
    if (event === 'metrics.started') metrics = `http://127.0.0.1:${port}/metrics`;
    if (event !== 'server.started') continue;
    child.stdout.resume();
    return { process: child, origin: `http://127.0.0.1:${port}`, metrics, exited };
  }
  throw new Error(`the server ended with status ${await exited}`);
}
