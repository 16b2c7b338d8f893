import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as elapsed } from 'node:timers/promises';
import pg from 'pg';
import { databaseOwner, roles } from '../../../config/application.js';
import { socketLimits } from '../../../config/channels.js';
import { Client, channelOf, crowd, deafen, emit, listening, open, refusal, socketAt, ticketOf } from '../../support/channels.js';
import { query } from '../../support/database.js';
import { start } from '../../support/process.js';
import { signIn } from '../../support/rows.js';
import type { Account } from '../../support/sessions.js';

const somebody = (): Promise<Account> => signIn(String(roles[0]));
const endSessions = ({ id }: Account) => query('update internal.sessions set revoked_at = now() where user_id = $1', id);

test('when an event is committed, then whoever listens hears it once and nobody else does', async () => {
  const [one, other] = [await somebody(), await somebody()];
  const [mine, again, theirs] = [await listening(one), await listening(one), await listening(other)];
  const id = await emit(one, 7);
  await emit(other, 8);
  const [event] = await mine.heard('event');
  assert.deepEqual(event, {
    type: 'event',
    id,
    channel: channelOf(one),
    name: event?.name,
    payload: { testId: one.id, number: 7 },
  });
  assert.deepEqual(await again.numbers(1), [7]);
  assert.deepEqual(await theirs.numbers(1), [8]);
  await elapsed(300);
  assert.equal(mine.told.length, 2);
});

test('when many events are committed at once, then they come in order', async () => {
  const account = await somebody();
  const client = await listening(account);
  for (let number = 0; number < 50; number += 1) await emit(account, number);
  assert.deepEqual(
    await client.numbers(50),
    Array.from({ length: 50 }, (_, number) => number),
  );
});

test('when a transaction commits late, then its event comes late and none is lost', async () => {
  const account = await somebody();
  const client = await listening(account);
  const slow = new pg.Client({ connectionString: process.env.DATABASE_MIGRATION_URL });
  await slow.connect();
  await slow.query(`set role ${databaseOwner}`);
  await slow.query('begin');
  await emit(account, 1, async (text, ...values) => (await slow.query(text, values)).rows);
  await emit(account, 2);
  assert.deepEqual(await client.numbers(1), [2]);
  await slow.query('commit');
  await slow.end();
  assert.deepEqual(await client.numbers(2), [2, 1]);
});

test('when a ticket does not hold, then there is no socket', async () => {
  const account = await somebody();
  const ticket = await ticketOf(account);
  const client = new Client(socketAt(String((await open(account)).socket.url).replace(/\/v1.*/, ''), ticket));
  await once(client.socket, 'open');
  assert.deepEqual(await Promise.all([refusal(ticket), refusal(''), refusal('A'.repeat(43))]), [401, 401, 401]);
  const late = await ticketOf(account);
  await query('update internal.socket_tickets set expires_at = now()');
  assert.equal(await refusal(late), 401);
  const ended = await ticketOf(account);
  await endSessions(account);
  assert.equal(await refusal(ended), 401);
});

test('when many use one ticket at once, then one of them gets in', async () => {
  const { socket } = await open(await somebody());
  const address = socketAt(socket.url.replace(/\/v1.*/, ''), await ticketOf(await somebody()));
  const clients = Array.from({ length: 8 }, () => new Client(address));
  const opened = await Promise.all(
    clients.map((client) =>
      Promise.race([once(client.socket, 'open').then(() => 1), once(client.socket, 'unexpected-response').then(() => 0)]),
    ),
  );
  assert.deepEqual(opened.toSorted(), [0, 0, 0, 0, 0, 0, 0, 1]);
});

test('when a page of another origin asks, then it gets no socket, and a known one does', async () => {
  const account = await somebody();
  const { process, origin, exited } = await start({ OUTBOX: 'off', CORS_ORIGINS: 'https://app.example.com' });
  for (const page of ['https://app.example.com.evil.com', 'http://app.example.com', 'null']) {
    assert.equal(await refusal(await ticketOf(account), { origin: page }, origin), 403);
  }
  const client = new Client(socketAt(origin, await ticketOf(account)), { origin: 'https://app.example.com' });
  await once(client.socket, 'open');
  process.kill('SIGTERM');
  assert.deepEqual(await client.heard('stopping'), [{ type: 'stopping' }]);
  assert.deepEqual([await client.closed, await exited], [1001, 0]);
});

test('when an account has as many sockets as it may, then the next is refused until one is closed', async () => {
  const account = await somebody();
  const { origin } = await start({ OUTBOX: 'off', SOCKETS_PER_ACCOUNT: '2' });
  const [first] = [await open(account, {}, origin), await open(account, {}, origin)];
  assert.equal(await refusal(await ticketOf(account), {}, origin), 429);
  first.socket.close();
  await first.closed;
  await elapsed(200);
  await open(account, {}, origin);
});

test('when a channel is not theirs or not there, then nobody can tell which', async () => {
  const [account, other] = [await somebody(), await somebody()];
  const client = await open(account);
  const wrong = [channelOf(other), 'nowhere', '', channelOf(account).toUpperCase(), `${channelOf(account)}/`, 'tests/1/own'];
  for (const [at, channel] of wrong.entries()) client.say({ type: 'subscribe', id: `${at}`, channel });
  assert.deepEqual(
    await client.heard('error', wrong.length),
    wrong.map((_, at) => ({ type: 'error', id: `${at}`, code: 'not_found' })),
  );
});

test('when a message is none that is known, then it is refused and the socket stays', async () => {
  const account = await somebody();
  const client = await listening(account);
  const wrong = ['', '{', '[]', '{"type":"subscribe"}', '{"type":"x","id":"a"}', '{"type":"subscribe","id":"b","channel":"c","id":"b"}'];
  for (const text of wrong) client.say(text);
  client.say({ type: 'subscribe', id: 'c', channel: channelOf(account), more: 1 });
  client.say({ type: 'subscribe', id: 'd', channel: channelOf(account) });
  client.say({ type: 'unsubscribe', id: 'e', channel: channelOf(account) });
  client.say({ type: 'unsubscribe', id: 'f', channel: channelOf(account) });
  const errors = await client.heard('error', 9);
  assert.deepEqual(
    errors.map(({ id, code }) => [id, code]),
    [
      ...[null, null, null, null, 'a', null, 'c'].map((id) => [id, 'invalid_message']),
      ['d', 'already_subscribed'],
      ['f', 'not_subscribed'],
    ],
  );
  assert.deepEqual(await client.heard('unsubscribed'), [{ type: 'unsubscribed', id: 'e', channel: channelOf(account) }]);
  await emit(account);
  await elapsed(300);
  assert.equal(client.told.filter(({ type }) => type === 'event').length, 0);
});

test('when a permission is taken away, then the next event is not heard and the subscription ends', async () => {
  const account = await somebody();
  const client = await listening(account);
  await deafen(account);
  await emit(account);
  assert.deepEqual(await client.heard('ended'), [{ type: 'ended', channel: channelOf(account) }]);
  assert.equal(client.told.length, 2);
});

test('when nothing happens, then what was taken away ends within five seconds all the same', async () => {
  const [deaf, gone] = [await somebody(), await somebody()];
  const [client, closing, idle] = [await listening(deaf), await listening(gone), await open(gone)];
  await Promise.all([deafen(deaf), endSessions(gone)]);
  const started = performance.now();
  const [, ...codes] = await Promise.all([client.heard('ended'), closing.closed, idle.closed]);
  assert.deepEqual(codes, [1008, 1008]);
  assert.ok(performance.now() - started < 5_000);
});

test('when somebody comes back, then they hear what they have missed and what follows', async () => {
  const account = await somebody();
  const client = await listening(account);
  await emit(account, 1);
  const [event] = await client.heard('event');
  client.socket.terminate();
  await emit(account, 2);
  await emit(account, 3);
  const back = await listening(account, String(event?.id));
  await emit(account, 4);
  assert.deepEqual(await back.numbers(3), [2, 3, 4]);
});

test('when history is gone, then the subscriber is told of a gap', async () => {
  const account = await somebody();
  const client = await listening(account, account.id);
  assert.deepEqual(await client.heard('gap'), [{ type: 'gap', channel: channelOf(account) }]);
  await emit(account, 1);
  assert.deepEqual(await client.numbers(1), [1]);
});

test('when a message is too large, binary, or no UTF-8, then the socket is closed with the code for it', async () => {
  const account = await somebody();
  const [fitting, large, binary] = [await open(account), await open(account), await open(account)];
  fitting.say('x'.repeat(socketLimits.messageBytes));
  await fitting.heard('error');
  large.say('x'.repeat(socketLimits.messageBytes + 1));
  binary.socket.send(Buffer.from('{}'));
  assert.deepEqual([await large.closed, await binary.closed], [1009, 1003]);
  const frames: [number, Buffer][] = [
    [1007, Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])],
    [1002, Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
    [1002, Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
  ];
  for (const [code, frame] of frames) {
    const client = await open(account);
    (client.socket as unknown as { _socket: NodeJS.WritableStream })._socket.write(frame);
    assert.equal(await client.closed, code);
  }
});

test('when messages come too fast, then the socket is closed', async () => {
  const client = await open(await somebody());
  for (let turn = 0; turn <= socketLimits.burst + socketLimits.messagesPerSecond; turn += 1) client.say('{}');
  assert.equal(await client.closed, 1008);
});

test('when a socket listens to as much as it may, then the next channel is refused', async () => {
  const client = await open(await somebody());
  for (const channel of crowd(socketLimits.subscriptions + 1)) client.say({ type: 'subscribe', id: channel, channel });
  assert.equal((await client.heard('error'))[0]?.code, 'too_many_subscriptions');
  assert.equal((await client.heard('subscribed')).length, socketLimits.subscriptions);
});

test('when somebody does not read, then their socket is closed and others hear all', async () => {
  const [slow, quick] = [await somebody(), await somebody()];
  const [stuck, client] = [await listening(slow), await listening(quick)];
  stuck.socket.pause();
  const text = `insert into internal.outbox (event, payload, state)
    select event, payload || jsonb_build_object('filling', repeat('x', 60000)), state from internal.outbox, generate_series(1, 400) where id = $1`;
  await query(text, await emit(slow));
  await emit(quick, 5);
  assert.deepEqual(await client.numbers(1), [5]);
  await elapsed(2_500);
  stuck.socket.resume();
  await stuck.closed;
  await query("delete from internal.outbox where payload ? 'filling'");
  const filled = stuck.told.filter(({ type }) => type === 'event').length;
  assert.ok(filled < 400, `${filled} arrived`);
});

test('when a peer is dead, then it is dropped at the second ping, and others are not', async () => {
  const [dead, alive] = [await somebody(), await somebody()];
  const mutable: { pingSeconds: number } = socketLimits;
  const { pingSeconds } = mutable;
  mutable.pingSeconds = 0.3;
  const [silent, client] = [await open(dead, { autoPong: false }), await listening(alive)];
  mutable.pingSeconds = pingSeconds;
  assert.equal(await silent.closed, 1006);
  await emit(alive, 6);
  assert.deepEqual(await client.numbers(1), [6]);
});

test('when another protocol is asked for, then the request is answered as if it were not', async () => {
  const { origin } = await start({ OUTBOX: 'off' });
  const headers = { connection: 'Upgrade', upgrade: 'h2c' };
  const { request } = await import('node:http');
  const [response] = await once(request(`${origin}/livez`, { headers }).end(), 'response');
  assert.equal(response.statusCode, 200);
  response.destroy();
});
