import '../support/environment.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOfToken, oneTimeToken } from '../../services/security/one-time-tokens.js';

const id = '0198c0de-0000-4000-8000-000000000001';

test('when a one-time token is shown for its purpose, then it names its row', () => {
  assert.equal(idOfToken('reset', oneTimeToken('reset', id)), id);
});

test('when a one-time token is shown for another purpose, then it names nothing', () => {
  assert.equal(idOfToken('verification', oneTimeToken('reset', id)), null);
});

test('when any character of a one-time token changes, then it names nothing', () => {
  const token = oneTimeToken('reset', id);
  for (let at = 0; at < token.length; at += 1) {
    assert.equal(idOfToken('reset', token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)), null, `position ${at}`);
  }
  for (const text of ['', '.', id, `${id}.`, `${token}.x`, token.slice(0, -1), `${token}=`]) assert.equal(idOfToken('reset', text), null);
});
