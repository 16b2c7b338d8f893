import '../support/environment.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { Problem } from '../../services/business/problem.js';
import { translated } from '../../services/data/failures.js';

const failed = (code: string) => Object.assign(new pg.DatabaseError('failed', 1, 'error'), { code });

test('when the database cannot answer for a while, then neither can the server', () => {
  for (const code of ['08006', '25006', '40P01', '53300', '57014', '58030']) {
    const problem = translated(failed(code));
    assert.ok(problem instanceof Problem && problem.status === 503, code);
  }
});

test('when the server itself is wrong, then nothing is made of it', () => {
  for (const code of ['08P01', '22P02', '23502', '42601', '42P01', 'XX000']) {
    const error = failed(code);
    assert.equal(translated(error), error);
  }
});
