import '../support/environment.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identitySettings } from '../../config/identity.js';
import { Problem } from '../../services/business/problem.js';
import { hashPassword, verifyPassword } from '../../services/security/passwords.js';

test('when a password is hashed, then it is argon2id with its own salt and only the password fits', async () => {
  const [one, other] = await Promise.all([hashPassword('correct horse battery'), hashPassword('correct horse battery')]);
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.notEqual(one, other);
  assert.equal(await verifyPassword(one, 'correct horse battery'), true);
  assert.equal(await verifyPassword(one, 'correct horse batterz'), false);
});

test('when a keyboard composes characters differently, then it is the same password', async () => {
  const hashed = await hashPassword('caf\u00e9 and more letters');
  assert.equal(await verifyPassword(hashed, 'cafe\u0301 and more letters'), true);
});

test('when the account does not exist, then no password fits', async () => {
  assert.equal(await verifyPassword(null, 'nobody has this password'), false);
});

test('when more wait than the queue holds, then they are refused and the others get their turn', async () => {
  const hashed = await hashPassword('x');
  const length = identitySettings.passwordHashConcurrency + 120;
  const results = await Promise.allSettled(Array.from({ length }, () => verifyPassword(hashed, 'x')));
  const refused = results.filter((result) => result.status === 'rejected');
  assert.equal(refused.length, 20);
  for (const { reason } of refused) assert.ok(reason instanceof Problem && reason.status === 503);
  assert.ok(results.filter((result) => result.status === 'fulfilled').every(({ value }) => value));
});
