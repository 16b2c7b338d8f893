import { createHash } from 'node:crypto';
import { identitySettings } from '../../config/identity.js';
import { quotas } from '../../config/limits.js';
import { identityQueries } from '../../database/queries/identity.js';
import { rateLimited } from '../business/problem.js';
import type { Statement } from '../data/batch.js';
import { write } from '../data/database.js';
import { network } from './address.js';
import { IDENTITY } from './identity.js';
import { takeExactly } from './limits.js';

/** One address can be a whole office: it may do so many times what an account may. */
const ADDRESS_FACTOR = 10;

const accountKey = (login: string) => `account ${createHash('sha256').update(login).digest('hex')}`;
const addressKey = (address: string) => `address ${network(address)}`;

/** Counts an attempt to sign in on its address, before anything is known of the account. */
export const admitAddress = (address: string): Promise<void> => spend(addressKey(address), ADDRESS_FACTOR);

/**
 * Counts an attempt as a failure, on the account, whether or not there is one, and on the address; 429 where one of them must
 * wait. Returns what the right password undoes.
 */
export async function admitAccount(login: string, address: string): Promise<Statement[]> {
  if (!quotas) return [];
  const keys = [accountKey(login), addressKey(address)];
  await spend(accountKey(login));
  const most = identitySettings.loginFailures;
  const [waiting, admitted] = await write(
    IDENTITY,
    { name: 'identity.attempts', text: identityQueries.lockAttempts, values: keys },
    { name: 'identity.attempt', text: identityQueries.admitAttempt, values: [...keys, most, most * ADDRESS_FACTOR] },
    { name: 'identity.forget', text: identityQueries.forgetAttempts, values: [] },
  );
  if (admitted?.count === 0) throw rateLimited(Math.max(1, ...(waiting?.rows ?? []).map(([seconds]) => Number(seconds))));
  return [
    forgiveAccount(login),
    { name: 'identity.forgive address', text: identityQueries.forgiveAddress, values: [addressKey(address), most * ADDRESS_FACTOR] },
  ];
}

/** Whoever has proved who they are need not wait for what others have tried. */
export const forgiveAccount = (login: string): Statement => ({
  name: 'identity.forgive account',
  text: identityQueries.forgiveAccount,
  values: [accountKey(login)],
});

async function spend(key: string, times = 1): Promise<void> {
  const quota = quotas?.get('login');
  if (!quota) return;
  const { admitted, seconds } = await takeExactly(`login ${key}`, { ...quota, requests: quota.requests * times });
  if (!admitted) throw rateLimited(seconds);
}
