import { test } from 'node:test';
import { z } from 'zod';
import { list } from '../../../database/models/fields.js';
import { accepts, refuses } from '../../support/schemas.js';

test('when a list is read, then its length is within its bounds', () => {
  accepts(list(z.int(), 1, 2), [1], [1, 2]);
  refuses(list(z.int(), 1, 2), [], [1, 2, 3], ['x'], 1);
});
