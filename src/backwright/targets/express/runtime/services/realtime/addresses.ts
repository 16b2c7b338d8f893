import { type Channel, channels } from '../../database/queries/channels.js';
import { read } from '../data/database.js';
import type { Caller } from '../security/caller.js';

/** A channel and the id that stands in the address; the channel's own name where none does. */
export interface Address {
  readonly text: string;
  readonly channel: Channel;
  readonly row: string;
}

export interface News {
  readonly id: string;
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an address names, or nothing. */
export function addressOf(text: string): Address | undefined {
  for (const channel of channels) {
    const { before, after, member } = channel;
    const row = member === undefined ? before : text.slice(before.length, text.length - after.length);
    if (text === addressFor(channel, row) && (member === undefined || ID.test(row))) return { text, channel, row };
  }
  return undefined;
}

const addressFor = ({ before, after, member }: Channel, row: string) => (member === undefined ? before : `${before}${row}${after}`);

/** Everywhere that an event is told. */
export const addressesOf = ({ name, payload }: News): string[] =>
  channels
    .filter(({ events }) => events.includes(name))
    .map((channel) => addressFor(channel, channel.member === undefined ? '' : String(payload[channel.member])));

/** Those of a channel's rows that a caller may listen to, as the database says under row-level security. */
export async function audible({ userId, role }: Caller, { check, member, before }: Channel, rows: Iterable<string>): Promise<Set<string>> {
  const values = member === undefined ? [] : [`{${[...rows].join(',')}}`];
  const [found] = await read({ userId, role, operation: 'channels' }, { name: `channels.check ${before}`, text: check, values });
  return new Set(found?.rows.map(([row]) => (member === undefined ? before : String(row))));
}
