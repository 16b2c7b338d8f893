import { test } from 'node:test';
import { slug } from '../../../database/models/fields.js';
import { accepts, refuses } from '../../support/schemas.js';

test('when a slug is read, then it is words in small letters with hyphens between them', () => {
  accepts(slug(1, 20), 'a', 'fine-words-2');
  refuses(slug(1, 20), 'A', '-a', 'a-', 'a--b', 'a b', '');
});
