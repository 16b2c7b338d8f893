import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timestamp } from '../../../database/models/fields.js';
import { refuses } from '../../support/schemas.js';

test('when an instant is read, then it is in UTC with milliseconds', () => {
  assert.equal(timestamp().parse('2026-01-31T13:00:00+01:00'), '2026-01-31T12:00:00.000Z');
  refuses(timestamp(), '2026-01-31T13:00:00', '2026-01-31', '2026-01-31T25:00:00Z', 'now');
});
