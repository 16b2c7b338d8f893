import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnown, tagOf } from '../../services/data/version.js';

const tag = tagOf('{"name":"ä"}');

test('when an answer differs, then so does its tag', () => {
  assert.equal(tag, '"fMVaKzJnpQYZwMchdBrXMf"');
  assert.notEqual(tagOf('{"name":"a"}'), tag);
});

test('when one of the tags is known, weak or strong, then nothing is sent again', () => {
  for (const header of [tag, `W/${tag}`, `"a,b" , ${tag}`, `"other",W/${tag}`, ' * ']) assert.ok(isKnown(header, tag), header);
});

test('when no tag is the one, then everything is sent', () => {
  for (const header of [undefined, '', '"other"', tag.slice(1, -1), tag.slice(1), `w${tag.slice(0, -1)}`, `"*", "${tag.slice(1, 5)}"`]) {
    assert.ok(!isKnown(header, tag), header);
  }
});
