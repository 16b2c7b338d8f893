import { createHmac, timingSafeEqual } from 'node:crypto';
import { identitySettings } from '../../config/identity.js';

const key = createHmac('sha256', identitySettings.tokenSecret).update('one-time tokens').digest();
const proof = (purpose: string, id: string) => createHmac('sha256', key).update(`${purpose} ${id}`).digest('base64url');

/** What is sent for a row of `internal.one_time_tokens`: nobody who reads the row can make it, and it serves one purpose. */
export const oneTimeToken = (purpose: string, id: string): string => `${id}.${proof(purpose, id)}`;

/** The row's id, or null where we have not made the token for this purpose. */
export function idOfToken(purpose: string, token: string): string | null {
  const [id = '', given = '', ...rest] = token.split('.');
  const wanted = Buffer.from(proof(purpose, id));
  const shown = Buffer.from(given);
  return rest.length === 0 && shown.length === wanted.length && timingSafeEqual(shown, wanted) ? id : null;
}
