import { test } from 'node:test';
import { date } from '../../../database/models/fields.js';
import { accepts, refuses } from '../../support/schemas.js';

test('when a day is read, then it exists', () => {
  accepts(date(), '2026-02-28', '2028-02-29');
  refuses(date(), '2026-02-30', '2026-2-3', '0000-01-01', '2026-01-01T00:00:00Z');
});
