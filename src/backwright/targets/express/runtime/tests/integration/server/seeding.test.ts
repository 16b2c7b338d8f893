import '../../support/environment.js';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';

test('when the environment is production, or is not said, then nothing is seeded', async () => {
  for (const NODE_ENV of ['production', '', undefined]) {
    const child = spawn(process.execPath, ['dist/database/seed.js'], {
      env: { ...process.env, NODE_ENV },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    assert.equal(code, 1);
    assert.match(said, /seeds are not for production/);
  }
});
