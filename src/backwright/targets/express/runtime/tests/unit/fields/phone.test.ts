import { test } from 'node:test';
import { phone } from '../../../database/models/fields.js';
import { accepts, refuses } from '../../support/schemas.js';

test('when a phone number is read, then it is international', () => {
  accepts(phone(3, 32), '+491701234567');
  refuses(phone(3, 32), '01701234567', '+0123', '+49 170', '+12345');
});
