import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimal } from '../../../database/models/fields.js';
import { accepts, refuses } from '../../support/schemas.js';

test('when a decimal is read, then it is text within its digits and bounds', () => {
  accepts(decimal(5, 2), '0', '999.99', '-1.5', '0.10');
  refuses(decimal(5, 2), '1000', '1.234', '.5', '1.', '1e3', '+1', '', ' 1', '0x1', 1, '9'.repeat(50));
  accepts(decimal(3, 0), '999');
  refuses(decimal(3, 0), '1.0');
  accepts(decimal(5, 2, { above: '0', max: '10.5' }), '0.01', '10.50');
  refuses(decimal(5, 2, { above: '0', max: '10.5' }), '0', '0.00', '-1', '10.51');
  accepts(decimal(5, 2, { min: '-1', below: '1' }), '-1', '0.99');
  refuses(decimal(5, 2, { min: '-1', below: '1' }), '-1.01', '1.00');
});

test('when a decimal is larger than a float can hold, then it keeps every digit', () => {
  assert.equal(decimal(20, 2).parse('123456789012345678.99'), '123456789012345678.99');
  refuses(decimal(20, 2, { max: '123456789012345678.98' }), '123456789012345678.99');
});
