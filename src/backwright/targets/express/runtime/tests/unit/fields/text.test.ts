import { test } from 'node:test';
import { text } from '../../../database/models/fields.js';
import { accepts, refuses } from '../../support/schemas.js';

test('when a text is measured, then code points count', () => {
  accepts(text(1, 2), 'a', 'ab', '😀😀');
  refuses(text(1, 2), '', 'abc', '😀😀😀', 'a\0', 1, null);
  accepts(text(0, 9, /^[a-z]+$/u), 'abc');
  refuses(text(0, 9, /^[a-z]+$/u), 'Abc', '');
});
