// Sends what the plan says (a JSON file, see load.py) and prints what it measured as JSON: first closed loop for the
// throughput, then open loop at 70 % of that for the latency. Plain sockets, because an HTTP client costs as much as a server.
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const OK = /^HTTP\/1\.1 2/;
const LENGTH = /content-length: (\d+)/i;
const TICKS_PER_SECOND = 100;

const fixed = Object.entries(plan.headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
const rendered = plan.requests.map(({ method, path, body }) => [
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${fixed}`,
  body === null ? '\r\n' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
]);
const probe = `GET ${plan.probe} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
let serial = 0;

function nextRequest() {
  serial += 1;
  const [head, rest] = rendered[serial % rendered.length];
  return plan.unique ? `${head}Idempotency-Key: ${process.pid}-${Date.now()}-${serial}\r\n${rest}` : head + rest;
}

class Failure extends Error {}

/** One keep-alive connection with one request under way. */
class Channel {
  #socket;
  #received = null;
  #wanted = 0;
  #done = null;

  constructor(closed) {
    this.#socket = connect(plan.port, '127.0.0.1').setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#take(chunk));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      if (this.#done) throw new Failure('the server closed a connection with a request under way');
      closed(this);
    });
  }

  send(text, done) {
    this.#done = done;
    this.#socket.write(text);
  }

  end() {
    this.#done = null;
    this.#socket.destroy();
  }

  #take(chunk) {
    const bytes = this.#received ? Buffer.concat([this.#received, chunk]) : chunk;
    if (this.#wanted === 0) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end !== -1) this.#wanted = end + 4 + lengthOf(bytes.latin1Slice(0, end), bytes);
    }
    if (this.#wanted === 0 || bytes.length < this.#wanted) {
      this.#received = bytes;
      return;
    }
    const done = this.#done;
    this.#received = null;
    this.#wanted = 0;
    this.#done = null;
    done(this);
  }
}

function lengthOf(head, bytes) {
  if (!OK.test(head)) throw new Failure(`unexpected answer: ${bytes.toString('utf8', 0, 600)}`);
  const length = LENGTH.exec(head);
  if (!length) throw new Failure('an answer without Content-Length');
  return Number(length[1]);
}

/** Sends the next request on each connection as soon as the last one was answered. */
function closedLoop(milliseconds) {
  return new Promise((resolve) => {
    const started = performance.now();
    let [count, busy] = [0, plan.connections];
    const channels = Array.from({ length: plan.connections }, () => new Channel(() => undefined));
    const next = (channel) => {
      count += 1;
      if (performance.now() - started < milliseconds) return channel.send(nextRequest(), next);
      busy -= 1;
      if (busy > 0) return;
      const seconds = (performance.now() - started) / 1000;
      for (const each of channels) each.end();
      resolve({ count, seconds, rate: count / seconds });
    };
    for (const channel of channels) channel.send(nextRequest(), next);
  });
}

/** Sends at a rate whatever the server does: arrivals are a Poisson process on a grid of 1 ms, timed from their place in it. */
function openLoop(milliseconds, rate) {
  return new Promise((resolve) => {
    const started = performance.now();
    const [times, probes, queue, idle] = [[], [], [], []];
    let [tick, open, sent] = [0, 0, 0];
    const lose = (channel) => {
      open -= 1;
      if (idle.includes(channel)) idle.splice(idle.indexOf(channel), 1);
    };
    const start = (channel, due) => {
      sent += 1;
      channel.send(nextRequest(), () => {
        times.push(performance.now() - due);
        const waiting = queue.shift();
        if (waiting === undefined) idle.push(channel);
        else start(channel, waiting);
        finish();
      });
    };
    const arrive = (due) => {
      const channel = idle.pop();
      if (channel) return start(channel, due);
      if (open === plan.most) return queue.push(due);
      open += 1;
      start(new Channel(lose), due);
    };
    const looking = plan.probe ? watch(probes) : () => undefined;
    const finish = () => {
      if (tick < milliseconds || times.length < sent || queue.length > 0) return;
      looking();
      for (const channel of idle.splice(0)) channel.end();
      resolve({ rate, count: times.length, ...quantiles(times), probe: plan.probe ? quantiles(probes) : null });
    };
    const turn = () => {
      const now = performance.now() - started;
      for (; tick < Math.min(now, milliseconds); tick += 1) for (let left = poisson(rate / 1000); left > 0; left -= 1) arrive(started + tick);
      if (tick < milliseconds) setTimeout(turn, 1);
      else finish();
    };
    turn();
  });
}

/** Asks for what needs no database every 20 ms: what its answer takes beyond its work is the lag of the server's event loop. */
function watch(probes) {
  const channel = new Channel(() => undefined);
  let timer;
  const ask = () => {
    const sent = performance.now();
    channel.send(probe, () => {
      probes.push(performance.now() - sent);
      timer = setTimeout(ask, 20);
    });
  };
  ask();
  return () => {
    clearTimeout(timer);
    channel.end();
  };
}

function poisson(mean) {
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; product *= Math.random()) count += 1;
  return count;
}

function quantiles(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
  return { p50: at(0.5), p99: at(0.99) };
}

/** Ticks of processor time by process, of a process and its children; null where /proc does not say. */
function processorTime(parent) {
  if (!parent) return null;
  const ticks = new Map();
  try {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const fields = statOf(pid);
      if (fields && (Number(pid) === parent || Number(fields[1]) === parent)) ticks.set(pid, Number(fields[11]) + Number(fields[12]));
    }
  } catch {
    return null;
  }
  return ticks;
}

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** What the processes that are there at the end have used; one that ended on the way is left out. */
function microseconds(before, after, count) {
  if (before === null || after === null) return null;
  let ticks = 0;
  for (const [pid, used] of after) ticks += used - (before.get(pid) ?? 0);
  return ((ticks / TICKS_PER_SECOND) * 1e6) / count;
}

process.on('uncaughtException', (error) => {
  console.error(error instanceof Failure ? error.message : error);
  process.exit(1);
});
await closedLoop(plan.warm);
const before = [plan.server, plan.database].map(processorTime);
const own = process.cpuUsage();
const closed = await closedLoop(plan.milliseconds);
const used = process.cpuUsage(own);
const after = [plan.server, plan.database].map(processorTime);
closed.cpu = {
  server: microseconds(before[0], after[0], closed.count),
  database: microseconds(before[1], after[1], closed.count),
  generator: (used.user + used.system) / closed.count,
};
const open = await openLoop(plan.milliseconds, closed.rate * plan.share);
console.log(JSON.stringify({ closed, open }));
