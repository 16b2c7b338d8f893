import '../support/environment.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { Unreachable } from '../../services/data/batch.js';
import { described } from '../../services/external/log.js';

test('when a database error is logged, then the values of its row and of earlier results are not', () => {
  const error = Object.assign(new pg.DatabaseError('null value in column "x"', 1, 'error'), {
    code: '23502',
    detail: 'Failing row contains (canary).',
    where: 'canary',
    completed: [{ rows: [['canary']], count: 1 }],
  });
  for (const logged of [error, new Unreachable(error)].map((each) => JSON.stringify(described(each)))) {
    assert.doesNotMatch(logged, /canary/);
    assert.match(logged, /23502/);
  }
});

test('when something that is no error is thrown, then it is logged as text', () => {
  assert.deepEqual(described('x'), { message: 'x' });
});
