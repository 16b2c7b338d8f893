import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuidv7 } from '../../services/data/uuid.js';

test('when ids are made, then they are version 7 with the time in front, and none comes twice', () => {
  const before = Date.now();
  const ids = Array.from({ length: 1000 }, uuidv7);
  const after = Date.now();
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const time = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    assert.ok(time >= before && time <= after);
  }
});
