import '../support/environment.js';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { roles } from '../../config/application.js';
import { identitySettings } from '../../config/identity.js';
import { settings } from '../../config/settings.js';
import { idOfToken, oneTimeToken } from '../../services/security/one-time-tokens.js';
import { issueAccessToken, verifyAccessToken } from '../../services/security/tokens.js';

const caller = {
  userId: '0198c0de-0000-7000-8000-000000000001',
  role: String(roles[0]),
  sessionId: '0198c0de-0000-7000-8000-000000000002',
};

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(header: object, claims: unknown, secret = identitySettings.tokenSecret): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

const header = { alg: 'HS256', typ: 'at+jwt' };
const claims = () => {
  const now = Math.floor(Date.now() / 1000);
  return { iss: settings.name, aud: settings.name, sub: caller.userId, role: caller.role, sid: caller.sessionId, iat: now, exp: now + 60 };
};

test('when a token is issued, then it names its caller', () => {
  assert.deepEqual(verifyAccessToken(issueAccessToken(caller)), caller);
  assert.deepEqual(verifyAccessToken(signed(header, claims())), caller);
});

test('when a token has expired, then it names nobody', () => {
  assert.equal(verifyAccessToken(issueAccessToken(caller, -1)), null);
});

test('when a token comes from the future, then it names nobody', () => {
  assert.equal(verifyAccessToken(signed(header, { ...claims(), iat: claims().iat + 3600, exp: claims().exp + 3600 })), null);
});

test('when a claim is missing or no value of its kind, then the token names nobody', () => {
  for (const [claim, values] of Object.entries({
    exp: [String(claims().exp), 9e99, null],
    iat: [String(claims().iat), null],
    nbf: [claims().iat + 3600, 'now'],
    sub: ['', "' or true --", 1, null],
    role: ['nobody', [roles[0]], '__proto__', null],
    sid: ['x', null],
    aud: [[settings.name], null],
    iss: [null],
  })) {
    for (const value of values) assert.equal(verifyAccessToken(signed(header, { ...claims(), [claim]: value })), null, claim);
    if (claim !== 'nbf') assert.equal(verifyAccessToken(signed(header, { ...claims(), [claim]: undefined })), null, claim);
  }
  for (const value of [null, [], 1, 'x']) assert.equal(verifyAccessToken(signed(header, value)), null);
});

test('when a token was signed with another key, then it names nobody', () => {
  assert.equal(verifyAccessToken(signed(header, claims(), 'x'.repeat(48))), null);
});

test('when a token was signed with the other key that is accepted, then it names its caller', () => {
  const [own, other] = identitySettings.acceptedSecrets;
  assert.equal(own, identitySettings.tokenSecret);
  assert.ok(other);
  assert.deepEqual(verifyAccessToken(signed(header, claims(), other)), caller);
  const key = createHmac('sha256', other).update('one-time tokens').digest();
  const token = (purpose: string) => `x.${createHmac('sha256', key).update(`${purpose} x`).digest('base64url')}`;
  assert.equal(idOfToken('verify', token('verify')), 'x');
  assert.equal(idOfToken('verify', token('reset')), null);
  assert.equal(idOfToken('verify', oneTimeToken('verify', 'x')), 'x');
  assert.notEqual(oneTimeToken('verify', 'x'), token('verify'));
});

test('when a token chooses its own algorithm, then it names nobody', () => {
  assert.equal(verifyAccessToken(signed({ alg: 'none', typ: 'at+jwt' }, claims())), null);
  assert.equal(verifyAccessToken(`${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims())}.`), null);
});

test('when a token is meant for somebody else, then it names nobody', () => {
  assert.equal(verifyAccessToken(signed(header, { ...claims(), aud: 'another' })), null);
  assert.equal(verifyAccessToken(signed(header, { ...claims(), iss: 'another' })), null);
});

test('when any character of a token changes, then it names nobody', () => {
  const token = issueAccessToken(caller);
  for (let at = 0; at < token.length; at += 1) {
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    assert.equal(verifyAccessToken(changed), null, `position ${at}`);
  }
});

test('when a text is no token, then it names nobody', () => {
  for (const text of ['', '.', '..', 'a.b.c', `${issueAccessToken(caller)}.x`, 'x'.repeat(5000)])
    assert.equal(verifyAccessToken(text), null);
});
