import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validParameters } from '../../api/middleware/validation.js';
import { Problem } from '../../services/business/problem.js';
import { type Includes, including } from '../../services/data/includes.js';
import { listParameters, pageOf } from '../../services/data/list.js';
import { type Resource, reading } from '../../services/data/resource.js';

const json = `(select row_to_json(item) from (select
  things.parent_id as "parentId",
  things.owner_id as "ownerId"
) as item)`;
const things: Resource = {
  name: 'things',
  isPublic: true,
  read: `select ${json} from things where things.id = $1`,
  list: {
    select: `select ${json}, {key}, things.id from things`,
    id: 'things.id',
    filters: {},
    sorts: { createdAt: { key: 'things.id', type: 'uuid' } },
  },
};
const people: Resource = { ...things, name: 'people', isPublic: false, read: "select '$&' from people where people.id = $1" };
const includes: Includes = {
  parent: { resource: things, column: 'things.parent_id' },
  owner: { resource: people, column: 'things.owner_id' },
};
const id = '0198c0de-0000-7000-8000-000000000001';

const asked = (query: object) => validParameters(listParameters(things, includes), query);

test('when rows are included, then each stands behind its id, whatever the included row has in it', () => {
  const { read } = including(things, includes, ['owner', 'parent']);
  const parent = `(select (${things.read.replace('$1', '_wanted.id')}) from (values (things.parent_id)) as _wanted (id)) as "parent"`;
  const owner = `(select (select '$&' from people where people.id = _wanted.id) from (values (things.owner_id)) as _wanted (id)) as "owner"`;
  assert.equal(
    read,
    `select (select row_to_json(item) from (select
  things.parent_id as "parentId",
  ${parent},
  things.owner_id as "ownerId",
  ${owner}
) as item) from things where things.id = $1`,
  );
});

test('when nothing is included, then the statements are those of the collection', () => {
  assert.equal(including(things, includes, []), things);
  assert.equal(including(things, undefined, ['parent']).read, things.read);
});

test('when one row is included, then its statement is kept by its name, and with several it is not', () => {
  assert.equal(reading(including(things, includes, ['parent']), id).name, 'things.read +parent');
  assert.equal(reading(including(things, includes, ['parent', 'owner']), id).name, '');
  assert.equal(pageOf(including(things, includes, ['owner']), asked({})).statement.name, 'things.list +owner -createdAt first');
});

test('when everybody sees all that is included alike, then the answer is public', () => {
  assert.equal(including(things, includes, ['parent']).isPublic, true);
  assert.equal(including(things, includes, ['parent', 'owner']).isPublic, false);
});

test('when names come in any order, then they are taken, and unknown, empty and repeated ones are refused', () => {
  assert.deepEqual(asked({ include: 'owner,parent' }).include, ['owner', 'parent']);
  for (const include of ['', 'owner,', 'owner,owner', ' owner', 'toString', ['owner', 'parent']]) {
    assert.throws(
      () => asked({ include }),
      (error) => error instanceof Problem && error.faults.length === 1 && error.faults[0]?.parameter === 'include',
    );
  }
});
