import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { settings } from '../../config/settings.js';

type Attributes = Readonly<Record<string, string | number>>;

const KINDS = { server: 2, client: 3 } as const;

interface Span {
  readonly traceId: string;
  readonly id: string;
  readonly parentId: string | undefined;
  /** Whether whoever began the trace wants it kept. */
  readonly sampled: boolean;
  readonly kind: keyof typeof KINDS;
  readonly started: number;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Where a request comes from (W3C Trace Context, 3.2); nothing that does not have that form counts. */
function parentOf(header: string | undefined): Pick<Span, 'traceId' | 'id' | 'sampled'> | undefined {
  const [, version, traceId, id, flags, more] = TRACEPARENT.exec(header ?? '') ?? [];
  if (!traceId || !id || !flags || version === 'ff' || (version === '00' && more)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(id)) return undefined;
  return { traceId, id, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

const now = () => performance.timeOrigin + performance.now();
const nanoseconds = (milliseconds: number) => `${Math.round(milliseconds * 1000)}000`;

const listed = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));

const QUEUE = 2048;
const BATCH = 512;
const PAUSE_MS = 1_000;
const TIMEOUT_MS = 5_000;

/** Spans of requests and of what they ask the database, sent to a collector (OTLP/HTTP with JSON). */
class Tracer {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #current = new AsyncLocalStorage<Span>();
  #queue: object[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #onDropped: (count: number, reason: string) => void = () => undefined;

  constructor(endpoint: string, headers: string) {
    this.#url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    const pairs = headers.split(',').flatMap((pair) => (pair.includes('=') ? [pair.trim().split(/=(.*)/s, 2)] : []));
    const own = Object.fromEntries(pairs.map(([name = '', value = '']) => [name, decodeURIComponent(value)]));
    this.#headers = { ...own, 'content-type': 'application/json' };
  }

  /** Is told what no collector took. */
  onDropped(listener: (count: number, reason: string) => void): void {
    this.#onDropped = listener;
  }

  request(traceparent: string | undefined): Span {
    const parent = parentOf(traceparent);
    const traceId = parent?.traceId ?? randomBytes(16).toString('hex');
    return this.#start('server', traceId, parent?.id, parent?.sampled ?? true);
  }

  /** Runs `work` inside the span: what it asks the database belongs to it. */
  within(span: Span, work: () => void): void {
    this.#current.run(span, work);
  }

  /** A span for as long as the answer takes. */
  follow(answer: Promise<unknown>, name: string, attributes: Attributes): void {
    const parent = this.#current.getStore();
    if (!parent?.sampled) return;
    const span = this.#start('client', parent.traceId, parent.id, true);
    answer.then(
      () => this.end(span, name, attributes, false),
      () => this.end(span, name, attributes, true),
    );
  }

  end(span: Span, name: string, attributes: Attributes, failed: boolean): void {
    if (!span.sampled) return;
    if (this.#queue.length >= QUEUE) {
      this.#dropped += 1;
      return;
    }
    this.#queue.push({
      traceId: span.traceId,
      spanId: span.id,
      ...(span.parentId !== undefined && { parentSpanId: span.parentId }),
      name,
      kind: KINDS[span.kind],
      startTimeUnixNano: nanoseconds(span.started),
      endTimeUnixNano: nanoseconds(now()),
      attributes: listed(attributes),
      status: failed ? { code: 2 } : {},
    });
    this.#timer ??= setTimeout(() => void this.flush(), PAUSE_MS).unref();
  }

  /** Sends everything that waits. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#dropped > 0) this.#onDropped(this.#dropped, 'the queue is full');
    this.#dropped = 0;
    const waiting = this.#queue;
    this.#queue = [];
    for (let at = 0; at < waiting.length; at += BATCH) await this.#send(waiting.slice(at, at + BATCH));
  }

  #start(kind: Span['kind'], traceId: string, parentId: string | undefined, sampled: boolean): Span {
    return { traceId, id: randomBytes(8).toString('hex'), parentId, sampled, kind, started: now() };
  }

  async #send(spans: readonly object[]): Promise<void> {
    const resource = { attributes: listed({ 'service.name': settings.name, 'deployment.environment.name': settings.environment }) };
    const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: settings.name }, spans }] }] });
    const request = { method: 'POST', headers: this.#headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const reason = await fetch(this.#url, request).then(
      ({ ok, status }) => (ok ? '' : `the collector answered ${status}`),
      (error: Error) => `the collector cannot be reached: ${error.name}`,
    );
    if (reason) this.#onDropped(spans.length, reason);
  }
}

/** Nothing unless a collector is configured. */
export const tracer = settings.otlpEndpoint === undefined ? undefined : new Tracer(settings.otlpEndpoint, settings.otlpHeaders);
