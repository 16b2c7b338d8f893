import { channelQueries } from '../../database/queries/channels.js';
import { type Context, read } from '../data/database.js';
import type { Address, News } from './addresses.js';

const FOLLOWING: Context = { userId: null, role: null, operation: 'channels' };

/** What the outbox shows at this moment, as PostgreSQL names it. */
export type Snapshot = string;

export async function currentSnapshot(): Promise<Snapshot> {
  const [found] = await read(FOLLOWING, { name: 'channels.snapshot', text: channelQueries.snapshot, values: [] });
  return String(found?.rows[0]?.[0]);
}

/** What has come since a snapshot, and the snapshot that shows it. */
export async function newsSince(snapshot: Snapshot): Promise<{ snapshot: Snapshot; news: News[] }> {
  const [found] = await read(FOLLOWING, { name: 'channels.follow', text: channelQueries.follow, values: [snapshot] });
  const [shown, news] = found?.rows[0] ?? [];
  return { snapshot: String(shown), news: JSON.parse(String(news)) as News[] };
}

/** What a snapshot shows of an address beyond an event; null where that is no longer known. */
export async function newsBeyond(event: string, { channel, row }: Address, snapshot: Snapshot): Promise<News[] | null> {
  const values = [snapshot, event, ...(channel.member === undefined ? [] : [row])];
  const [found] = await read(FOLLOWING, { name: `channels.replay ${channel.before}`, text: channel.replay, values });
  return JSON.parse(found?.rows[0]?.[0] ?? 'null') as News[] | null;
}
