import assert from 'node:assert/strict';
import type { Row } from './database.js';
import type { Answer, Body } from './requests.js';
import { newRegistration } from './rows.js';
import { itemsOf, send } from './server.js';

export const PASSWORD = 'correct horse battery staple';

export const register = (profile: Row, password = PASSWORD): Promise<Answer> =>
  send('POST', '/v1/auth/register', { body: { ...profile, password } });
export const verify = (token: string): Promise<Answer> => send('POST', '/v1/auth/verify', { body: { token } });
export const logIn = (email: string, password = PASSWORD): Promise<Answer> => send('POST', '/v1/auth/login', { body: { email, password } });
export const refresh = (refreshToken: unknown): Promise<Answer> => send('POST', '/v1/auth/refresh', { body: { refreshToken } });

/** The mails to an address, newest first. */
export const mailsTo = async (address: string): Promise<readonly Body[]> =>
  itemsOf(await send('GET', `/sandbox/mails?to=${encodeURIComponent(address)}`));

/** The token in the newest mail of a kind. */
export async function mailedToken(address: string, kind: string): Promise<string> {
  const mail = (await mailsTo(address)).find((each) => each.kind === kind);
  return /#token=(\S+)/.exec(String(mail?.text))?.[1] ?? '';
}

/** A new account whose address is confirmed. */
export async function registered(): Promise<{ profile: Row; login: string }> {
  const { profile, login } = await newRegistration();
  assert.equal((await register(profile)).status, 202);
  assert.equal((await verify(await mailedToken(login, 'verification'))).status, 204);
  return { profile, login };
}
