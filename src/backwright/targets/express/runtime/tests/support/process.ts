import './environment.js';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after } from 'node:test';

export type Line = Readonly<Record<string, unknown>>;

export interface Running {
  readonly process: ChildProcess;
  readonly origin: string;
  /** Where it is measured; empty unless it is. */
  readonly metrics: string;
  readonly exited: Promise<number | null>;
  /** What it has written about an event. */
  log(event: string): Line[];
}

/** This project's server in a process of its own, on a free port, until the test that started it is over. */
export async function start(environment: Record<string, string> = {}): Promise<Running> {
  // Deliveries are for the tests that ask for them.
  const usual = { HOST: '127.0.0.1', PORT: '0', METRICS_PORT: 'off', LOG_LEVEL: 'info', OUTBOX: 'off' };
  const env = { ...process.env, ...usual, ...environment };
  const child = spawn(process.execPath, ['dist/api/main.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  after(() => child.kill('SIGKILL'));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const lines: Line[] = [];
  const log = (event: string) => lines.filter((line) => line.event === event);
  await new Promise<void>((resolve) => {
    const read = (text: string) => {
      lines.push(JSON.parse(text));
      if (lines.at(-1)?.event === 'server.started') resolve();
    };
    createInterface({ input: child.stdout }).on('line', read).on('close', resolve);
  });
  const [started] = log('server.started');
  if (!started) throw new Error(`the server ended with status ${await exited}`);
  const [measured] = log('metrics.started');
  const metrics = measured ? `http://127.0.0.1:${measured.port}/metrics` : '';
  return { process: child, origin: `http://127.0.0.1:${started.port}`, metrics, exited, log };
}
