import pg from 'pg';

const prepared = new WeakMap();
const corked = new Set();

/** What goes out in one turn of the event loop goes out in one write. */
function corkForThisTurn(stream) {
  if (corked.has(stream)) return;
  corked.add(stream);
  stream.cork();
  setImmediate(() => {
    corked.delete(stream);
    stream.uncork();
  });
}

/** Several prepared statements before one Sync: one round trip and one implicit transaction. */
class Batch extends pg.Query {
  #statements;
  #results = [];
  #rows = [];

  constructor(statements, callback) {
    super('');
    this.#statements = statements;
    this.callback = callback;
  }

  submit(connection) {
    const known = prepared.get(connection) ?? new Set();
    prepared.set(connection, known);
    corkForThisTurn(connection.stream);
    for (const { name, text, values } of this.#statements) {
      if (!known.has(name)) connection.parse({ text, name });
      known.add(name);
      connection.bind({ statement: name, values });
      connection.execute({});
    }
    connection.sync();
    return null;
  }

  handleRowDescription() {}

  handleDataRow(message) {
    this.#rows.push(message.fields);
  }

  handleCommandComplete() {
    this.#results.push(this.#rows);
    this.#rows = [];
  }

  handleReadyForQuery() {
    this.callback(null, this.#results);
  }

  handleError(error) {
    this.callback(error);
  }
}

/** Connections that all requests share. */
export async function connections(count) {
  const open = async () => {
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL, pipeline: true });
    await client.connect();
    return client;
  };
  const clients = await Promise.all(Array.from({ length: count }, open));
  let turn = 0;
  return (statements, answer) => {
    turn = (turn + 1) % count;
    clients[turn].query(new Batch(statements, answer));
  };
}
