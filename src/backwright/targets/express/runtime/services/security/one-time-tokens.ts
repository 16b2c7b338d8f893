import { createHmac, timingSafeEqual } from 'node:crypto';
import { identitySettings } from '../../config/identity.js';

const keyOf = (secret: string) => createHmac('sha256', secret).update('one-time tokens').digest();
const key = keyOf(identitySettings.tokenSecret);
const accepted = identitySettings.acceptedSecrets.map(keyOf);
const proof = (purpose: string, id: string, by = key) => createHmac('sha256', by).update(`${purpose} ${id}`).digest('base64url');

/** What is sent for a row of `internal.one_time_tokens`: nobody who reads the row can make it, and it serves one purpose. */
export const oneTimeToken = (purpose: string, id: string): string => `${id}.${proof(purpose, id)}`;

/** The row's id, or null where we have not made the token for this purpose. */
export function idOfToken(purpose: string, token: string): string | null {
  const [id = '', given = '', ...rest] = token.split('.');
  const shown = Buffer.from(given);
  const ours = accepted.some((by) => {
    const wanted = Buffer.from(proof(purpose, id, by));
    return shown.length === wanted.length && timingSafeEqual(shown, wanted);
  });
  return rest.length === 0 && ours ? id : null;
}
