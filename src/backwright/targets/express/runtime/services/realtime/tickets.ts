import { createHash, randomBytes } from 'node:crypto';
import { socketLimits } from '../../config/channels.js';
import { channelQueries } from '../../database/queries/channels.js';
import { read, write } from '../data/database.js';
import type { SessionCaller } from '../security/caller.js';
import { IDENTITY } from '../security/identity.js';

export interface Ticket {
  readonly ticket: string;
  readonly expiresIn: number;
}

const digest = (ticket: string) => createHash('sha256').update(ticket).digest('hex');

/** A new ticket for one socket of a session. */
export async function issueTicket(sessionId: string): Promise<Ticket> {
  const ticket = randomBytes(32).toString('base64url');
  const values = [digest(ticket), sessionId, socketLimits.ticketSeconds];
  await write(IDENTITY, { name: 'channels.issueTicket', text: channelQueries.issueTicket, values });
  return { ticket, expiresIn: socketLimits.ticketSeconds };
}

type Row = readonly (string | null)[];

const callerOf = ([sessionId, userId, role]: Row): SessionCaller => ({
  sessionId: String(sessionId),
  userId: String(userId),
  role: String(role),
});

/** Whom a ticket was made for; null where it has been used, has expired, or its session has ended. */
export async function redeemTicket(ticket: string): Promise<SessionCaller | null> {
  const values = [digest(ticket)];
  const [redeemed] = await write(IDENTITY, { name: 'channels.redeemTicket', text: channelQueries.redeemTicket, values });
  const [row] = redeemed?.rows ?? [];
  return row ? callerOf(row) : null;
}

/** By session, whom it stands for now; without those that have ended. */
export async function callersOf(sessionIds: ReadonlySet<string>): Promise<Map<string, SessionCaller>> {
  const values = [`{${[...sessionIds].join(',')}}`];
  const [found] = await read(IDENTITY, { name: 'channels.callers', text: channelQueries.callers, values });
  return new Map(found?.rows.map((row) => [String(row[0]), callerOf(row)]));
}
