import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { validParameters } from '../../api/middleware/validation.js';
import { Problem } from '../../services/business/problem.js';
import { listParameters, pageJson, pageOf } from '../../services/data/list.js';
import type { Resource } from '../../services/data/resource.js';

const things: Resource = {
  name: 'things',
  read: 'select json from things where id = $1',
  list: {
    select: 'select json, {key}, things.id from things',
    id: 'things.id',
    filters: { kind: { schema: z.enum(['a', 'b']), where: 'things.kind = ?' }, size: { schema: z.string(), where: 'things.size >= ?' } },
    sorts: { createdAt: { key: 'things.id', type: 'uuid' }, size: { key: 'things.size', type: 'bigint' } },
  },
};
const id = '0198c0de-0000-7000-8000-000000000001';

const page = (query: object) => pageOf(things, validParameters(listParameters(things), query));
const refused = (query: object, parameter: string) =>
  assert.throws(
    () => page(query),
    (error) => error instanceof Problem && error.status === 422 && error.faults.some((fault) => fault.parameter === parameter),
  );

test('when nothing is asked for, then the newest twenty come first', () => {
  const { text, values } = page({}).statement;
  assert.equal(text, 'select json, things.id, things.id from things  order by things.id desc, things.id desc limit $1');
  assert.deepEqual(values, [21]);
});

test('when a list is filtered, then every value is a parameter of the statement', () => {
  const { text, values } = page({ kind: 'a', size: "1' or true --", limit: '5' }).statement;
  assert.match(text, /where things\.kind = \$1 and things\.size >= \$2 order/);
  assert.deepEqual(values, ['a', "1' or true --", 6]);
});

test('when there are more rows, then the cursor continues after the last one shown', () => {
  const first = page({ sort: 'size', limit: '1' });
  const { items, nextCursor } = JSON.parse(
    pageJson(first, [
      ['{"n":1}', '7', id],
      ['{"n":2}', '8', id],
    ]),
  );
  assert.deepEqual(items, [{ n: 1 }]);
  const { text, values } = page({ sort: 'size', limit: '1', cursor: nextCursor }).statement;
  assert.match(text, /where \(things\.size, things\.id\) > \(\$1::bigint, \$2::uuid\) order by things\.size asc/);
  assert.deepEqual(values, ['7', id, 2]);
});

test('when the last row shown has an empty key, then the list still continues', () => {
  const row = (key: string) => ['{}', key, id];
  const { nextCursor } = JSON.parse(pageJson(page({ sort: 'size', limit: '1' }), [row(''), row('')]));
  assert.notEqual(nextCursor, null);
  assert.deepEqual(page({ sort: 'size', limit: '1', cursor: nextCursor }).statement.values, ['', id, 2]);
});

test('when the last row is shown, then there is no cursor', () => {
  assert.equal(pageJson(page({ limit: '2' }), [['{"n":1}', '7', id]]), '{"items":[{"n":1}],"nextCursor":null}');
  assert.equal(pageJson(page({}), []), '{"items":[],"nextCursor":null}');
});

test('when a cursor is no cursor of this order, then it is refused', () => {
  const sealed = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
  for (const cursor of ['x', sealed(1), sealed(['size', '7', id]), sealed(['-createdAt', '7']), sealed(['-createdAt', id, 'x'])]) {
    refused({ cursor }, 'cursor');
  }
  refused({ cursor: sealed(['-createdAt', '\ud800', id]) }, 'cursor');
  for (const after of [' ', '=', '!']) refused({ cursor: sealed(['-createdAt', id, id]) + after }, 'cursor');
  refused({ cursor: Buffer.from(`["-createdAt", "${id}", "${id}"]`).toString('base64url') }, 'cursor');
});

test('when a parameter is unknown, repeated or out of range, then it is named', () => {
  refused({ colour: 'red' }, 'colour');
  refused({ kind: ['a', 'b'] }, 'kind');
  refused({ kind: 'c' }, 'kind');
  refused({ sort: 'kind' }, 'sort');
  for (const limit of ['0', '101', '-1', 'x', '1.5']) refused({ limit }, 'limit');
});
