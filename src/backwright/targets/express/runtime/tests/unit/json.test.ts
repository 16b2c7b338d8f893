import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../../api/middleware/json.js';
import { Problem } from '../../services/business/problem.js';

const refused = (text: string) =>
  assert.throws(
    () => parseJson(text),
    (error) => error instanceof Problem && error.code === 'malformed_json',
  );

test('when the text is JSON, then its value is read', () => {
  assert.deepEqual(parseJson('{"a": [1, "x", null, true], "b": {"a": {}}}'), { a: [1, 'x', null, true], b: { a: {} } });
});

test('when an object gives one name twice, then it is refused at any depth and however it is written', () => {
  refused('{"a": 1, "a": 2}');
  refused('{"x": [{"a": 1, "a" : 2}]}');
  refused('{"a": 1, "\\u0061": 2}');
});

test('when braces and colons stand inside strings, then they are text', () => {
  assert.deepEqual(parseJson('{"a": "{\\"a\\": 1", "b": "a\\":"}'), { a: '{"a": 1', b: 'a":' });
});

test('when objects beside each other share names, then that is fine', () => {
  assert.deepEqual(parseJson('[{"a": 1}, {"a": 2}]'), [{ a: 1 }, { a: 2 }]);
});

test('when a string holds half of a surrogate pair, then it is refused', () => {
  refused('{"a": "\\ud83d"}');
  refused('["\\uDE00"]');
  assert.deepEqual(parseJson('"\\ud83d\\ude00"'), '😀');
});

test('when the text is nested deeper than 32 levels, then it is refused', () => {
  assert.doesNotThrow(() => parseJson('['.repeat(32) + ']'.repeat(32)));
  refused('['.repeat(33) + ']'.repeat(33));
  assert.equal(parseJson(`"${'['.repeat(100)}"`), '['.repeat(100));
});

test('when the text is not JSON, then it is refused', () => {
  for (const text of ['', '{', "{'a': 1}", '[1,]', 'NaN', '01', '{"a": 1} x']) refused(text);
});
