import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { patch } from '../../../database/models/fields.js';
import { accepts, refuses } from '../../support/schemas.js';

test('when a change is read, then it changes something and nothing unknown', () => {
  const change = patch({ name: z.string(), note: z.string().nullable() });
  assert.deepEqual(change.parse({ note: null }), { note: null });
  accepts(change, { name: 'a' }, { name: 'a', note: 'b' });
  assert.deepEqual(change.safeParse({ other: 1 }).error?.issues.length, 1);
  refuses(change, {}, { name: null }, { other: 1 }, { name: 'a', other: 1 }, [], null);
});
