import './environment.js';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { setTimeout as elapsed } from 'node:timers/promises';
import { type ClientOptions, WebSocket } from 'ws';
import { listen } from '../../api/server.js';
import { acceptSockets, closeSockets } from '../../api/socket/handshake.js';
import { socketPath } from '../../config/channels.js';
import { type Channel, channels } from '../../database/queries/channels.js';
import { query } from './database.js';
import type { Body } from './requests.js';
import { send } from './server.js';
import type { Account } from './sessions.js';

const EVENT = String(channels[0]?.events[0]);
const server = await listen(0);
acceptSockets(server);
const place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
after(() => {
  closeSockets();
  server.close();
});

/** A channel for each account, which nobody else hears, and its owner only until made deaf. */
const own: Channel = {
  before: 'tests/',
  after: '/own',
  member: 'testId',
  events: [EVENT],
  check: `select row from unnest($1::uuid[]) as row where row = (select app.user_id())
    and not exists (select from internal.idempotency_keys where operation = 'deaf')`,
  replay: String(channels[0]?.replay)
    .replaceAll(/ and payload ->> '\w+' = \$3/g, '')
    .replaceAll(/event in \([^)]*\)/g, (told) => `${told} and payload ->> 'testId' = $3`),
};
(channels as Channel[]).push(own);

export const channelOf = ({ id }: Account): string => `tests/${id}/own`;

/** The addresses of so many channels that everybody may listen to. */
export function crowd(count: number): string[] {
  const addresses = Array.from({ length: count }, (_, number) => `test-${number}`);
  const added = addresses.map((before) => ({ before, after: '', events: [], check: 'select 1', replay: '' }));
  (channels as Channel[]).push(...added);
  return addresses;
}

export const deafen = ({ id }: Account) => query("insert into internal.idempotency_keys values ($1, 'deaf', 'x', 'x', 200, '')", id);

/** Sockets hear it, whatever its state; dispatchers of other tests let it be. */
const INSERT = "insert into internal.outbox (event, subject, payload, state) values ($1, $2, $3, 'published') returning id";

/** An event on an account's channel; the id of it. */
export async function emit({ id }: Account, number = 0, ask = query): Promise<string> {
  const [row] = await ask(INSERT, EVENT, `tests/${id}`, JSON.stringify({ testId: id, number }));
  return String(row?.id);
}

export async function ticketOf(as: Account): Promise<string> {
  const { status, body } = await send('POST', '/v1/auth/socket-ticket', { as });
  assert.equal(status, 201);
  return String(body.ticket);
}

/** One end of a socket, with what it has been told. */
export class Client {
  readonly socket: WebSocket;
  readonly told: Body[] = [];
  readonly closed: Promise<number>;

  constructor(address: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(address, { perMessageDeflate: false, ...options });
    this.socket.on('message', (data) => this.told.push(JSON.parse(String(data))));
    this.closed = new Promise((resolve) => {
      this.socket.on('close', resolve).on('error', () => undefined);
    });
    after(() => this.socket.terminate());
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Waits for so many messages of a type, and gives them all. */
  async heard(type: string, count = 1): Promise<Body[]> {
    for (let turn = 0; turn < 400; turn += 1) {
      const found = this.told.filter((each) => each.type === type);
      if (found.length >= count) return found;
      await elapsed(20);
    }
    throw new Error(`no ${type} among ${JSON.stringify(this.told)}`);
  }

  async numbers(count: number): Promise<unknown[]> {
    return (await this.heard('event', count)).map(({ payload }) => (payload as Body).number);
  }
}

export const socketAt = (origin: string, ticket: string): string =>
  `${origin.replace('http', 'ws')}${socketPath}${ticket && `?ticket=${encodeURIComponent(ticket)}`}`;

/** An open socket of an account. */
export async function open(as: Account, options: ClientOptions = {}, origin = place): Promise<Client> {
  const client = new Client(socketAt(origin, await ticketOf(as)), options);
  await once(client.socket, 'open');
  return client;
}

/** An open socket that listens to the account's own channel. */
export async function listening(as: Account, after?: string): Promise<Client> {
  const client = await open(as);
  client.say({ type: 'subscribe', id: '1', channel: channelOf(as), ...(after && { after }) });
  await client.heard('subscribed');
  return client;
}

/** The status with which a handshake is refused. */
export async function refusal(ticket: string, options: ClientOptions = {}, origin = place): Promise<number> {
  const { socket } = new Client(socketAt(origin, ticket), options);
  const [, response] = await once(socket, 'unexpected-response');
  assert.equal(response.headers['content-type'], 'application/problem+json; charset=utf-8');
  return response.statusCode;
}
