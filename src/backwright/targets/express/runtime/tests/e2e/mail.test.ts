import '../support/environment.js';
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PASSWORD } from '../support/accounts.js';
import { query } from '../support/database.js';
import { type Running, start } from '../support/process.js';
import { sendTo } from '../support/requests.js';
import { newRegistration } from '../support/rows.js';
import { Smtp } from '../support/smtp.js';

const smtp = await Smtp.open();
after(() => smtp.close());
const environment = { MAIL_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: 'desk@mail.example', APP_URL: 'https://app.example/' };

/** What other tests have left to be looked at is not sent now. */
await query('update internal.mails set sent_at = now() where sent_at is null');

/** Registers somebody new; what they log in with. */
async function registerAt({ origin }: Running): Promise<string> {
  const { profile, login } = await newRegistration();
  assert.equal((await sendTo(origin, 'POST', '/v1/auth/register', { body: { ...profile, password: PASSWORD } })).status, 202);
  return login;
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    assert.ok(tries < 400, 'it never comes');
    await sleep(50);
  }
}

const unsent = () => query('select attempts, due_at > now() as later from internal.mails where sent_at is null');
const makeDue = () => query('update internal.mails set due_at = now() where sent_at is null');

async function end(...servers: Running[]): Promise<void> {
  for (const { process } of servers) process.kill('SIGTERM');
  for (const { exited } of servers) assert.equal(await exited, 0);
}

test('when two servers have mails to send, then each mail is sent once, with a link to the application', async () => {
  const servers = [await start(environment), await start(environment)] as const;
  const logins = await Promise.all([0, 1, 0, 1, 0, 1].map((at) => registerAt(servers[at] ?? servers[0])));
  await until(async () => (await unsent()).length === 0);
  await sleep(300);
  for (const login of logins) {
    const [message = '', ...others] = smtp.to(login);
    assert.equal(others.length, 0);
    assert.match(message, /^From: desk@mail\.example$/m);
    assert.match(message, /^Message-ID: <[0-9a-f-]{36}@mail\.example>$/m);
    assert.match(message, /^https:\/\/app\.example\/verify#token=[\w.-]{80}$/m);
  }
  await end(...servers);
});

test('when the mail server refuses for the time being, then the mail is sent later', async () => {
  const server = await start(environment);
  smtp.next = 'refused';
  const login = await registerAt(server);
  await until(async () => (await unsent()).some(({ attempts }) => attempts === '1'));
  assert.deepEqual([await unsent(), smtp.to(login)], [[{ attempts: '1', later: true }], []]);
  await makeDue();
  await until(async () => (await unsent()).length === 0);
  assert.equal(smtp.to(login).length, 1);
  await end(server);
});

for (const [signal, status] of [
  ['SIGKILL', null],
  ['SIGTERM', 1],
] as const)
  test(`when ${signal} ends a server while it sends, then another sends the mail`, async () => {
    const dying = await start({ ...environment, STOP_TIMEOUT_MS: '1000' });
    const held = smtp.hold();
    const login = await registerAt(dying);
    await held;
    const told = performance.now();
    dying.process.kill(signal);
    assert.equal(await dying.exited, status);
    assert.ok(performance.now() - told < 4000);
    assert.deepEqual(await unsent(), [{ attempts: '1', later: true }]);
    await makeDue();
    const server = await start(environment);
    await until(async () => (await unsent()).length === 0);
    assert.equal(smtp.to(login).length, 1);
    await end(server);
  });

test('when a mail has been tried eight times, or its token has expired, then nobody sends it', async () => {
  const waiting = await start();
  const [tired, late] = [await registerAt(waiting), await registerAt(waiting)];
  await query('update internal.mails set attempts = 8 where id = (select min(id::text)::uuid from internal.mails where sent_at is null)');
  await query(
    'update internal.one_time_tokens set expires_at = now() where id in (select token_id from internal.mails where attempts = 0)',
  );
  const server = await start(environment);
  const login = await registerAt(server);
  await until(async () => (await unsent()).length === 2);
  assert.deepEqual([smtp.to(login).length, smtp.to(tired), smtp.to(late)], [1, [], []]);
  await end(waiting, server);
});

test('when mails are sent, or in production, then no mailbox is shown', async () => {
  const production = {
    ...environment,
    NODE_ENV: 'production',
    RATE_LIMITS: '',
    METRICS_PORT: 'off',
    TOKEN_SECRET: 'qV3xkW0Zp7Lr9uTnB1dYcE5sHgJ2mA8fKiOoXyNv',
    DATABASE_URL: 'postgres://x@127.0.0.1/x',
  };
  for (const variables of [environment, production]) {
    const server = await start(variables);
    assert.equal((await sendTo(server.origin, 'GET', '/sandbox/mails?to=a@example.com', {})).status, 404);
    await end(server);
  }
});

test('when somebody looks into the mailbox, then that is not counted', async () => {
  const server = await start({ RATE_LIMITS: 'anonymous=1/min' });
  for (let turn = 0; turn < 2; turn++) {
    const { status, headers } = await sendTo(server.origin, 'GET', '/sandbox/mails?to=a@example.com', {});
    assert.deepEqual([status, headers.get('ratelimit')], [200, null]);
  }
  await end(server);
});

test('when production has no mail server, sender or application, then it does not start', async () => {
  const production = { ...environment, NODE_ENV: 'production', RATE_LIMITS: '', TOKEN_SECRET: 'qV3xkW0Zp7Lr9uTnB1dYcE5sHgJ2mA8fKiOoXyNv' };
  for (const wrong of [{ MAIL_URL: 'sandbox:' }, { MAIL_URL: '' }, { MAIL_URL: 'http://x' }, { MAIL_FROM: 'x' }, { APP_URL: 'app' }]) {
    await assert.rejects(start({ ...production, ...wrong }), /status 78/);
  }
});
