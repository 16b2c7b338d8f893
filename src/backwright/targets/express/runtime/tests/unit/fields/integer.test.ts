import { test } from 'node:test';
import { integer } from '../../../database/models/fields.js';
import { accepts, refuses } from '../../support/schemas.js';

test('when an integer is read, then it is a whole number within its bounds', () => {
  accepts(integer(0, 10), 0, 10);
  refuses(integer(0, 10), 1e21, -1, 11, 1.5, '1', null, Number.NaN);
});
