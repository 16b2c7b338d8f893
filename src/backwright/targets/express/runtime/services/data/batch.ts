import pg from 'pg';
import { tracer } from '../observability/tracing.js';

export interface Statement {
  /** Names the prepared statement; one name always means one text. Empty for a text that is not worth keeping. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The database could not be asked, or its answer got lost; what it carried out is not known. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** An error that PostgreSQL answered with is passed on, unless it is its goodbye (57P01 and its neighbours). */
export const lost = (error: Error): Error =>
  error instanceof pg.DatabaseError && !error.code?.startsWith('57P') ? error : new Unreachable(error);

const wireNames = new Map<string, string>();

/** PostgreSQL tells prepared statements apart by the first 63 bytes of their names, so each gets a short one. */
export function wireName(name: string): string {
  if (name === '') return '';
  const known = wireNames.get(name) ?? `s${wireNames.size}`;
  wireNames.set(name, known);
  return known;
}

/** What the statements before the failed one selected. */
export const completedBefore = (error: unknown): readonly BatchResult[] =>
  error instanceof Error && 'completed' in error ? (error.completed as BatchResult[]) : [];

export interface BatchResult {
  readonly rows: (string | null)[][];
  readonly count: number;
}

const FRAME = ['begin', 'context', 'commit'];

/** The names of the statements say what was asked; their texts and values are nobody's business. */
export function trace(answer: Promise<unknown>, statements: readonly Statement[]): void {
  if (!tracer) return;
  const named = statements.filter(({ name }) => !FRAME.includes(name)).map(({ name }) => name || 'unnamed');
  const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': named.join(', '), 'db.operation.batch.size': statements.length };
  tracer.follow(answer, named[0] ?? 'commit', attributes);
}

interface Stream {
  cork(): void;
  uncork(): void;
}

interface Connection {
  readonly stream: Stream;
  parse(message: { text: string; name: string }): void;
  bind(message: { statement: string; values: readonly unknown[]; valueMapper(value: unknown): unknown }): void;
  close(message: { type: 'S'; name: string }): void;
  execute(message: object): void;
  sync(): void;
}

const corked = new Set<Stream>();

/** What goes out in one turn of the event loop goes out in one write, also that of several batches. */
function corkForThisTurn(stream: Stream): void {
  if (corked.has(stream)) return;
  corked.add(stream);
  stream.cork();
  setImmediate(() => {
    corked.delete(stream);
    stream.uncork();
  });
}

/** Per connection, the statements it has prepared; false marks one that failed while it was new and must be closed first. */
const prepared = new WeakMap<object, Map<string, boolean>>();

/**
 * Several prepared statements bound and executed before one Sync, so that PostgreSQL runs them as one implicit
 * transaction in one round trip (PostgreSQL, "Extended Query", pipelining). Every value comes back as text.
 */
export class Batch extends (pg.Query as unknown as new (text: string) => { callback?: unknown }) {
  readonly #statements: Statement[];
  readonly #results: BatchResult[] = [];
  #rows: (string | null)[][] = [];
  #connection: Connection | undefined;
  override callback: (error: Error | null, results?: BatchResult[]) => void;

  private constructor(statements: Statement[], callback: Batch['callback']) {
    super('');
    this.#statements = statements;
    this.callback = callback;
  }

  static run(client: pg.ClientBase, statements: Statement[]): Promise<BatchResult[]> {
    const answer = new Promise<BatchResult[]>((resolve, reject) => {
      const batch = new Batch(statements, (error, results = []) => {
        if (error) reject(Object.assign(lost(error), { completed: results }));
        else resolve(results);
      });
      client.query(batch as unknown as pg.Submittable);
    });
    trace(answer, statements);
    return answer;
  }

  submit(connection: Connection): Error | null {
    const known = prepared.get(connection) ?? new Map<string, boolean>();
    prepared.set(connection, known);
    this.#connection = connection;
    corkForThisTurn(connection.stream);
    for (const { name: longName, text, values } of this.#statements) {
      const name = wireName(longName);
      if (name === '') {
        connection.parse({ text, name });
      } else if (!known.get(name)) {
        if (known.has(name)) connection.close({ type: 'S', name });
        connection.parse({ text, name });
        known.set(name, true);
      }
      connection.bind({ statement: name, values, valueMapper: encode });
      connection.execute({});
    }
    connection.sync();
    return null;
  }

  handleRowDescription(): void {}

  handleDataRow(message: { fields: (string | null)[] }): void {
    this.#rows.push(message.fields);
  }

  handleCommandComplete(message: { text: string }): void {
    this.#results.push({ rows: this.#rows, count: Number(/\d+$/.exec(message.text)?.[0] ?? 0) });
    this.#rows = [];
  }

  handleReadyForQuery(): void {
    this.callback(null, this.#results);
  }

  handleError(error: Error): void {
    const known = this.#connection && prepared.get(this.#connection);
    for (const { name } of this.#statements.slice(this.#results.length)) known?.set(wireName(name), false);
    this.callback(error, this.#results);
  }
}

/** Objects travel as JSON, everything else as its text. */
export function encode(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' && !Buffer.isBuffer(value) ? JSON.stringify(value) : String(value);
}
