import pg from 'pg';
import { settings } from '../../config/settings.js';
import { Batch, type BatchResult, completedBefore, encode, lost, type Statement, trace, Unreachable, wireName } from './batch.js';

/** Who a statement runs for; row-level security reads these three values. */
export interface Context {
  readonly userId: string | null;
  readonly role: string | null;
  readonly operation: string;
}

export const connection = {
  connectionString: settings.databaseUrl,
  application_name: settings.name,
  connectionTimeoutMillis: settings.databaseConnectTimeoutMs,
  query_timeout: settings.databaseTimeoutMs,
  // The server gives up first: a statement then fails alone, without the connection and what else waits on it.
  statement_timeout: Math.ceil(settings.databaseTimeoutMs * 0.9),
  idle_in_transaction_session_timeout: settings.databaseTimeoutMs,
  keepAlive: true,
};

export const pool = new pg.Pool({ ...connection, max: settings.databasePoolSize, idleTimeoutMillis: 30_000 });
/** Whoever uses a connection that breaks is told by the statement that fails; unheard, the event would end the process. */
const told = () => undefined;
pool.on('error', told).on('connect', (client) => client.on('error', told));

/** Connections that all reads share: their batches are sent without waiting for one another. */
class Readers {
  readonly #clients: (Promise<pg.Client> | undefined)[];
  #turn = 0;

  constructor(size: number) {
    this.#clients = new Array(size).fill(undefined);
  }

  get open(): number {
    return this.#clients.filter((client) => client !== undefined).length;
  }

  next(): Promise<pg.Client> {
    this.#turn = (this.#turn + 1) % this.#clients.length;
    return this.#clients[this.#turn] ?? this.#open(this.#turn);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#clients.map(async (client) => (await client)?.end()));
  }

  #open(slot: number): Promise<pg.Client> {
    const forget = () => {
      if (this.#clients[slot] === opening) this.#clients[slot] = undefined;
    };
    const client = new pg.Client({ ...connection, pipeline: true });
    client.on('error', forget).on('end', forget);
    const opening = client.connect().then(() => client, unreachable);
    opening.catch(forget);
    this.#clients[slot] = opening;
    return opening;
  }
}

const unreachable = (error: unknown): never => {
  throw new Unreachable(error);
};

/** A neighbour on the shared connection failed while it prepared the same statement. */
const UNKNOWN_STATEMENT = '26000';

const readers = new Readers(settings.databaseReaders);

export const contextStatement = (context: Context): Statement => ({
  name: 'context',
  text: "select set_config('app.user_id', $1, true), set_config('app.role', $2, true), set_config('app.operation', $3, true)",
  values: [context.userId ?? '', context.role ?? '', context.operation],
});

const begin: Statement = { name: 'begin', text: 'begin', values: [] };
const commit: Statement = { name: 'commit', text: 'commit', values: [] };

async function send(client: pg.ClientBase, statements: Statement[]): Promise<BatchResult[]> {
  if (settings.databasePipeline) return Batch.run(client, statements);
  const results: BatchResult[] = [];
  for (const statement of statements) {
    const { name, text, values } = statement;
    try {
      const answer = client.query<(string | null)[]>({
        name: wireName(name),
        text,
        values: values.map(encode),
        rowMode: 'array',
        types: asText,
      });
      trace(answer, [statement]);
      const { rows, rowCount } = await answer;
      results.push({ rows, count: rowCount ?? 0 });
    } catch (error) {
      throw Object.assign(lost(error as Error), { completed: results });
    }
  }
  return results;
}

const asText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig;

/** Reads in one round trip: the context and the statements form one implicit transaction. A connection that breaks early is forgiven once. */
export async function read(context: Context, ...statements: Statement[]): Promise<BatchResult[]> {
  if (!settings.databasePipeline) return write(context, ...statements);
  const run = async () => (await Batch.run(await readers.next(), [contextStatement(context), ...statements])).slice(1);
  const started = performance.now();
  try {
    return await run();
  } catch (error) {
    const broken = error instanceof Unreachable && performance.now() - started < settings.databaseTimeoutMs / 2;
    if (broken || (error instanceof pg.DatabaseError && error.code === UNKNOWN_STATEMENT)) return await run();
    throw error;
  }
}

/** Writes that need no decision between them, in one round trip and one implicit transaction. */
export async function write(context: Context, ...statements: Statement[]): Promise<BatchResult[]> {
  if (!settings.databasePipeline) return transaction(context, (tx) => tx.send(...statements));
  return withClient(async (client) => (await Batch.run(client, [contextStatement(context), ...statements])).slice(1));
}

/** An open transaction; `send` is one round trip, however many statements it carries. */
export class Transaction {
  readonly context: Context;
  readonly #client: pg.ClientBase;
  #prologue: Statement[];
  #committed = false;

  constructor(client: pg.ClientBase, context: Context) {
    this.context = context;
    this.#client = client;
    this.#prologue = [begin, contextStatement(context)];
  }

  async send(...statements: Statement[]): Promise<BatchResult[]> {
    const prologue = this.#prologue;
    this.#prologue = [];
    try {
      return (await send(this.#client, [...prologue, ...statements])).slice(prologue.length);
    } catch (error) {
      throw Object.assign(error as Error, { completed: completedBefore(error).slice(prologue.length) });
    }
  }

  /** The last statements and the commit, together. */
  async commit(...statements: Statement[]): Promise<BatchResult[]> {
    if (this.#committed) return [];
    const results = (await this.send(...statements, commit)).slice(0, -1);
    this.#committed = true;
    return results;
  }
}

const RETRIED = new Set(['40001', '40P01']);
const ATTEMPTS = 4;

/** Runs `work` in one transaction: commits it unless `work` did, rolls back on any error, retries deadlocks and serialization failures. */
export async function transaction<T>(context: Context, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withClient(async (client) => {
        const tx = new Transaction(client, context);
        const result = await work(tx);
        await tx.commit();
        return result;
      });
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof pg.DatabaseError) || !RETRIED.has(error.code ?? '')) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
    }
  }
}

let waitedInVain = false;

/** Whether the last who waited for a connection got none, and none has become free since. */
export const isExhausted = (): boolean => waitedInVain && pool.totalCount - pool.idleCount >= settings.databasePoolSize;

async function withClient<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    waitedInVain = true;
    return unreachable(error);
  });
  waitedInVain = false;
  try {
    const result = await use(client);
    client.release();
    return result;
  } catch (error) {
    const usable = !(error instanceof Unreachable) && (await rolledBack(client));
    client.release(!usable);
    throw error;
  }
}

const rolledBack = (client: pg.PoolClient): Promise<boolean> =>
  client.query('rollback').then(
    () => true,
    () => false,
  );

/** How many connections there are; those that all reads share are always used. */
export const pools = () => [
  {
    name: 'writers',
    used: pool.totalCount - pool.idleCount,
    idle: pool.idleCount,
    waiting: pool.waitingCount,
    max: settings.databasePoolSize,
  },
  { name: 'readers', used: readers.open, idle: 0, waiting: 0, max: settings.databaseReaders },
];

export async function closeDatabase(): Promise<void> {
  await Promise.allSettled([pool.end(), readers.close()]);
}
