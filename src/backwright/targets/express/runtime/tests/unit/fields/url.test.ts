import { test } from 'node:test';
import { url } from '../../../database/models/fields.js';
import { accepts, refuses } from '../../support/schemas.js';

test('when a url is read, then it is one of the web', () => {
  accepts(url(1, 100), 'https://example.com/a?b=c', 'http://localhost:3000');
  refuses(url(1, 100), 'javascript:alert(1)', 'ftp://example.com', 'https://exa mple.com', 'example.com', 'https://a\nb');
  refuses(url(1, 100), 'https://\x1cx', 'https://x\x85', 'https://\ufeff');
});
