import { identityQueries } from '../../database/queries/identity.js';
import { Problem, tokenInvalid } from '../business/problem.js';
import type { Statement } from '../data/batch.js';
import { read, transaction, write } from '../data/database.js';
import { refuseUnknownReference } from '../data/failures.js';
import { deliverSoon } from '../external/delivery.js';
import { admitAccount, forgiveAccount } from './attempts.js';
import type { SessionCaller } from './caller.js';
import { refuseGuessable } from './guessable.js';
import { IDENTITY } from './identity.js';
import { idOfToken } from './one-time-tokens.js';
import { hashPassword, verifyPassword } from './passwords.js';
import { forget } from './sessions.js';

/** Until the end of the transaction nobody else has mails counted that go to this address. */
const lockMails = (login: string): Statement => ({ name: 'identity.lockMails', text: identityQueries.lockMails, values: [login] });

/** Creates the account unless the login is taken; says and takes the same either way (ASVS 5.0, 6.3.8). */
export async function register({ password, ...profile }: { email: string; password: string }): Promise<void> {
  refuseGuessable(password, profile.email, '/password');
  const values = [profile, await hashPassword(password)];
  const registration = { name: 'identity.register', text: identityQueries.register, values };
  await write(IDENTITY, lockMails(profile.email), registration).catch(refuseUnknownReference);
  deliverSoon();
}

export async function requestVerification(login: string): Promise<void> {
  const request = { name: 'identity.requestVerification', text: identityQueries.requestVerification, values: [login] };
  await write(IDENTITY, lockMails(login), request);
  deliverSoon();
}

/** Returns whose address it is. */
export async function verifyAddress(token: string): Promise<string> {
  const id = idOfToken('verification', token);
  if (id === null) throw tokenInvalid();
  const [verified] = await write(IDENTITY, { name: 'identity.verify', text: identityQueries.verify, values: [id] });
  const userId = verified?.rows[0]?.[0];
  if (!userId) throw tokenInvalid();
  return userId;
}

export async function requestReset(login: string): Promise<void> {
  const request = { name: 'identity.requestReset', text: identityQueries.requestReset, values: [login] };
  await write(IDENTITY, lockMails(login), request);
  deliverSoon();
}

/** Sets the password of the account that the token was sent to, and ends all its sessions. Returns whose it is. */
export async function resetPassword(token: string, password: string): Promise<string> {
  const id = idOfToken('reset', token);
  if (id === null) throw tokenInvalid();
  const [open] = await read(IDENTITY, { name: 'identity.openReset', text: identityQueries.openReset, values: [id] });
  const login = open?.rows[0]?.[0];
  if (!login) throw tokenInvalid();
  refuseGuessable(password, login, '/password');
  const passwordHash = await hashPassword(password);
  const ended = await transaction(IDENTITY, async (tx) => {
    const [, , reset] = await tx.commit(
      { name: 'identity.lockReset', text: identityQueries.lockReset, values: [id] },
      { name: 'identity.lockSessions', text: identityQueries.lockSessions, values: [id] },
      { name: 'identity.reset', text: identityQueries.reset, values: [id, passwordHash] },
      forgiveAccount(login),
    );
    return reset?.rows ?? [];
  });
  const userId = ended[0]?.[0];
  if (!userId) throw tokenInvalid();
  forget(ended.map(([, sessionId]) => String(sessionId)));
  deliverSoon();
  return userId;
}

/** Sets another password, and ends the other sessions of the account. A wrong one counts like one to sign in with. */
export async function changePassword(
  { userId, sessionId }: SessionCaller,
  current: string,
  password: string,
  address: string,
): Promise<void> {
  const [found] = await read(IDENTITY, { name: 'identity.ownCredential', text: identityQueries.ownCredential, values: [userId] });
  const [login, stored = null] = found?.rows[0] ?? [];
  refuseGuessable(password, String(login), '/newPassword');
  const forgive = await admitAccount(String(login), address);
  if (!(await verifyPassword(stored, current))) throw passwordWrong();
  const values = [userId, await hashPassword(password), stored, sessionId];
  const ended = await transaction(IDENTITY, async (tx) => {
    const [, changed] = await tx.commit(
      { name: 'identity.lockCredential', text: identityQueries.lockCredential, values: [userId] },
      { name: 'identity.changePassword', text: identityQueries.changePassword, values },
      ...forgive,
    );
    return changed?.rows ?? [];
  });
  // It has been changed since it was read.
  if (ended.length === 0) throw passwordWrong();
  forget(ended.map(([, other]) => String(other)));
  deliverSoon();
}

const passwordWrong = () => new Problem(403, 'password_wrong', 'The current password is wrong.');
