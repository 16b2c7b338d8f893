import './environment.js';
import { issueAccessToken } from '../../services/security/tokens.js';
import { query } from './database.js';

export interface Account {
  readonly id: string;
  readonly role: string;
  readonly token: string;
}

/** Opens a session for an account, as a login would. */
export async function openSession(id: string, role: string): Promise<Account> {
  const text = "insert into internal.sessions (user_id, expires_at) values ($1, now() + interval '1 hour') returning id";
  const [session] = await query(text, id);
  return { id, role, token: issueAccessToken({ userId: id, role, sessionId: String(session?.id) }) };
}
