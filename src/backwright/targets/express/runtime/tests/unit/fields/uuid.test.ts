import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuid } from '../../../database/models/fields.js';
import { refuses } from '../../support/schemas.js';

test('when an id is read, then it is a UUID in lower case', () => {
  assert.equal(uuid().parse('0198C0DE-0000-7000-8000-00000000000A'), '0198c0de-0000-7000-8000-00000000000a');
  refuses(uuid(), '0198c0de', '0198c0de-0000-7000-8000-00000000000g', '', null);
});
