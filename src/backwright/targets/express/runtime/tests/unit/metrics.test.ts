import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposition, gauge, histogram } from '../../services/observability/metrics.js';

const lines = (name: string) =>
  exposition()
    .split('\n')
    .filter((line) => line.includes(name));

test('when values are observed, then buckets hold everything up to their bound', () => {
  const observe = histogram({ name: 'seconds', help: 'Seconds.', labels: ['route'], buckets: [0.5, 1] });
  for (const value of [0.25, 0.5, 0.75, 2]) observe(value, '/a');
  assert.deepEqual(lines('seconds'), [
    '# HELP seconds Seconds.',
    '# TYPE seconds histogram',
    'seconds_bucket{route="/a",le="0.5"} 2',
    'seconds_bucket{route="/a",le="1"} 3',
    'seconds_bucket{route="/a",le="+Inf"} 4',
    'seconds_sum{route="/a"} 3.5',
    'seconds_count{route="/a"} 4',
  ]);
});

test('when a label holds what ends it, then it is escaped', () => {
  gauge({ name: 'depth', help: 'Depth.', labels: ['name'] }, () => [[1, 'a"b\\c\nd']]);
  assert.deepEqual(lines('depth{'), ['depth{name="a\\"b\\\\c\\nd"} 1']);
});
