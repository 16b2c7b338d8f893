import { query } from './database.js';

/** The names of the events about a subject, in order. */
export async function eventsOf(subject: string): Promise<unknown[]> {
  const rows = await query('select event from internal.outbox where subject = $1 order by position', subject);
  return rows.map(({ event }) => event);
}
