import assert from 'node:assert/strict';
import { test } from 'node:test';
import { email } from '../../../database/models/fields.js';
import { refuses } from '../../support/schemas.js';

test('when an email is read, then it is one address in lower case', () => {
  assert.equal(email(3, 254).parse('Ada@Example.COM'), 'ada@example.com');
  refuses(email(3, 254), 'ada', 'ada@example', 'a b@example.com', '@example.com', 'ada@example.com\n', 'ä@example.com');
});
