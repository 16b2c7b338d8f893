import '../support/environment.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { title } from '../../config/application.js';
import { isGuessable } from '../../services/security/guessable.js';

const login = 'jo.miller@example.com';
const guessable = (password: string) => isGuessable(password, login);

test('when a password is made of one or two common pieces, then it can be guessed', () => {
  for (const password of [
    'passwordpassword',
    'Password12345678',
    'P@ssw0rd-P@ssw0rd',
    'password password 2026',
    'qwertyuiopasdfghjkl',
    '123456789012345',
    'zyxwvutsrqponml',
    '1qaz2wsx3edc4rfv',
    'iloveyou iloveyou!',
    'abc123abc123abc123',
    'xkzxkzxkzxkzxkz',
    '!!!!!!!!!!!!!!!',
    '😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀',
    `${title}${title}${title}${title}${title}`,
    `${title}-1234567890123`,
    'jo.miller-jo.miller',
    'JoMiller12345678',
  ]) {
    assert.ok(guessable(password), password);
  }
});

test('when a password is anything else, then it cannot be guessed so easily, whatever it is composed of', () => {
  for (const password of [
    'correct horse battery staple',
    'a long enough password',
    'kfjwoenvpalsmqz',
    '839472910384756',
    'שלום עולם יפה מאוד',
    '😀🎉🚀🐈🌲🍎🎸⚽🏠📚🔑🧠🌈🎯🧊',
    'tr0ub4dor & company',
    'Rainy-Kettle-Orbit-42',
  ]) {
    assert.ok(!guessable(password), password);
  }
});

test('when a password is long and repetitive, then it is judged in no time', () => {
  const started = performance.now();
  for (const password of ['abcabd'.repeat(21), '1234567'.repeat(18), '\ufdfa'.repeat(128), 'pass1word'.repeat(14)]) guessable(password);
  assert.ok(performance.now() - started < 500);
});
