import { identityQueries } from '../../database/queries/identity.js';
import { tokenInvalid } from '../business/problem.js';
import { read, transaction, write } from '../data/database.js';
import { refuseUnknownReference } from '../data/failures.js';
import { deliverSoon } from '../external/delivery.js';
import { IDENTITY } from './identity.js';
import { idOfToken } from './one-time-tokens.js';
import { hashPassword } from './passwords.js';
import { forget } from './sessions.js';

/** Creates the account unless the login is taken; says and takes the same either way (ASVS 5.0, 6.3.8). */
export async function register({ password, ...profile }: { password: string }): Promise<void> {
  const values = [profile, await hashPassword(password)];
  await write(IDENTITY, { name: 'identity.register', text: identityQueries.register, values }).catch(refuseUnknownReference);
  deliverSoon();
}

export async function requestVerification(login: string): Promise<void> {
  await write(IDENTITY, { name: 'identity.requestVerification', text: identityQueries.requestVerification, values: [login] });
  deliverSoon();
}

export async function verifyAddress(token: string): Promise<void> {
  const id = idOfToken('verification', token);
  if (id === null) throw tokenInvalid();
  const [verified] = await write(IDENTITY, { name: 'identity.verify', text: identityQueries.verify, values: [id] });
  if (verified?.count !== 1) throw tokenInvalid();
}

export async function requestReset(login: string): Promise<void> {
  await write(IDENTITY, { name: 'identity.requestReset', text: identityQueries.requestReset, values: [login] });
  deliverSoon();
}

/** Sets the password of the account that the token was sent to, and ends all its sessions. */
export async function resetPassword(token: string, password: string): Promise<void> {
  const id = idOfToken('reset', token);
  if (id === null) throw tokenInvalid();
  const [open] = await read(IDENTITY, { name: 'identity.openReset', text: identityQueries.openReset, values: [id] });
  if (open?.rows.length !== 1) throw tokenInvalid();
  const passwordHash = await hashPassword(password);
  const ended = await transaction(IDENTITY, async (tx) => {
    const [, reset] = await tx.commit(
      { name: 'identity.lockReset', text: identityQueries.lockReset, values: [id] },
      { name: 'identity.reset', text: identityQueries.reset, values: [id, passwordHash] },
    );
    return reset?.rows ?? [];
  });
  if (ended.length === 0) throw tokenInvalid();
  forget(ended.map(([, sessionId]) => String(sessionId)));
  deliverSoon();
}
