import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import * as fields from '../../database/models/fields.js';

const accepts = (schema: z.ZodType, ...values: unknown[]) => {
  for (const value of values) assert.ok(schema.safeParse(value).success, `refuses ${JSON.stringify(value)}`);
};
const refuses = (schema: z.ZodType, ...values: unknown[]) => {
  for (const value of values) assert.ok(!schema.safeParse(value).success, `accepts ${JSON.stringify(value)}`);
};

test('when a text is measured, then code points count', () => {
  accepts(fields.text(1, 2), 'a', 'ab', '😀😀');
  refuses(fields.text(1, 2), '', 'abc', '😀😀😀', 'a\0', 1, null);
  accepts(fields.text(0, 9, /^[a-z]+$/u), 'abc');
  refuses(fields.text(0, 9, /^[a-z]+$/u), 'Abc', '');
});

test('when a decimal is read, then it is text within its digits and bounds', () => {
  accepts(fields.decimal(5, 2), '0', '999.99', '-1.5', '0.10');
  refuses(fields.decimal(5, 2), '1000', '1.234', '.5', '1.', '1e3', '+1', '', ' 1', '0x1', 1, '9'.repeat(50));
  accepts(fields.decimal(3, 0), '999');
  refuses(fields.decimal(3, 0), '1.0');
  accepts(fields.decimal(5, 2, { above: '0', max: '10.5' }), '0.01', '10.50');
  refuses(fields.decimal(5, 2, { above: '0', max: '10.5' }), '0', '0.00', '-1', '10.51');
  accepts(fields.decimal(5, 2, { min: '-1', below: '1' }), '-1', '0.99');
  refuses(fields.decimal(5, 2, { min: '-1', below: '1' }), '-1.01', '1.00');
});

test('when a decimal is larger than a float can hold, then it keeps every digit', () => {
  assert.equal(fields.decimal(20, 2).parse('123456789012345678.99'), '123456789012345678.99');
  refuses(fields.decimal(20, 2, { max: '123456789012345678.98' }), '123456789012345678.99');
});

test('when an integer is read, then it is a whole number within its bounds', () => {
  accepts(fields.integer(0, 10), 0, 10);
  refuses(fields.integer(0, 10), -1, 11, 1.5, '1', null, Number.NaN);
});

test('when an email is read, then it is one address in lower case', () => {
  assert.equal(fields.email(3, 254).parse('Ada@Example.COM'), 'ada@example.com');
  refuses(fields.email(3, 254), 'ada', 'ada@example', 'a b@example.com', '@example.com', 'ada@example.com\n', 'ä@example.com');
});

test('when a url, a slug or a phone is read, then it has its form', () => {
  accepts(fields.url(1, 100), 'https://example.com/a?b=c', 'http://localhost:3000');
  refuses(fields.url(1, 100), 'javascript:alert(1)', 'ftp://example.com', 'https://exa mple.com', 'example.com');
  accepts(fields.slug(1, 20), 'a', 'fine-words-2');
  refuses(fields.slug(1, 20), 'A', '-a', 'a-', 'a--b', 'a b', '');
  accepts(fields.phone(3, 32), '+491701234567');
  refuses(fields.phone(3, 32), '01701234567', '+0123', '+49 170', '+12345');
});

test('when an id is read, then it is a UUID in lower case', () => {
  assert.equal(fields.uuid().parse('0198C0DE-0000-7000-8000-00000000000A'), '0198c0de-0000-7000-8000-00000000000a');
  refuses(fields.uuid(), '0198c0de', '0198c0de-0000-7000-8000-00000000000g', '', null);
});

test('when a day or an instant is read, then it exists', () => {
  accepts(fields.date(), '2026-02-28', '2028-02-29');
  refuses(fields.date(), '2026-02-30', '2026-2-3', '0000-01-01', '2026-01-01T00:00:00Z');
  assert.equal(fields.timestamp().parse('2026-01-31T13:00:00+01:00'), '2026-01-31T12:00:00.000Z');
  refuses(fields.timestamp(), '2026-01-31T13:00:00', '2026-01-31', '2026-01-31T25:00:00Z', 'now');
});

test('when a change is read, then it changes something and nothing unknown', () => {
  const change = fields.patch({ name: fields.text(1, 9), note: fields.text(0, 9).nullable() });
  assert.deepEqual(change.parse({ note: null }), { note: null });
  accepts(change, { name: 'a' }, { name: 'a', note: 'b' });
  refuses(change, {}, { name: null }, { other: 1 }, { name: 'a', other: 1 }, [], null);
});

test('when a list is read, then its length is within its bounds', () => {
  accepts(fields.list(fields.integer(0, 9), 1, 2), [1], [1, 2]);
  refuses(fields.list(fields.integer(0, 9), 1, 2), [], [1, 2, 3], [10], 1);
});
