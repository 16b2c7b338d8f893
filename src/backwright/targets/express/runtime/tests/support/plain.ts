import assert from 'node:assert/strict';
import { after } from 'node:test';
import { start } from './process.js';
import { type Answer, type Call, sendTo } from './requests.js';
import { send } from './server.js';

const running = await start({ DATABASE_PIPELINE: 'off' });
after(() => {
  running.process.kill('SIGTERM');
});

/** One request to a server that sends its statements one by one in plain transactions. */
export const sendPlain = (method: string, path: string, call: Call = {}): Promise<Answer> => sendTo(running.origin, method, path, call);

/** The same request to both servers gets the same answer. */
export async function same(method: string, path: string, call: Call = {}): Promise<void> {
  const batched = await send(method, path, call);
  const plain = await sendPlain(method, path, call);
  const { requestId } = batched.body;
  assert.deepEqual([plain.status, { ...plain.body, requestId }], [batched.status, { ...batched.body, requestId }]);
}
