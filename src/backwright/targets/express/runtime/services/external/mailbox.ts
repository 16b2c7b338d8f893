import { identityQueries } from '../../database/queries/identity.js';
import { read } from '../data/database.js';
import { IDENTITY } from '../security/identity.js';
import { type Mail, written } from './mail.js';

export interface KeptMail extends Mail {
  readonly kind: string;
  readonly createdAt: string;
}

/** The mails to one address that nobody sends, newest first. */
export async function mailbox(to: string): Promise<KeptMail[]> {
  const [found] = await read(IDENTITY, { name: 'identity.mailbox', text: identityQueries.mailbox, values: [to] });
  return (found?.rows ?? []).map(([kind, tokenId = null, createdAt]) => ({
    ...written(to, String(kind), tokenId),
    kind: String(kind),
    createdAt: String(createdAt),
  }));
}
