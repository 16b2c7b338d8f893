import type { Context } from '../data/database.js';

/** The row policies of credentials, sessions, tokens, mails and attempts open for this operation alone. */
export const IDENTITY: Context = { userId: null, role: null, operation: 'identity' };
