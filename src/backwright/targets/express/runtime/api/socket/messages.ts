import { z } from 'zod';
import { uuid } from '../../database/models/fields.js';
import { parseJson } from '../middleware/json.js';

const id = z.string().min(1).max(64);
const channel = z.string().max(200);

const Message = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('subscribe'), id, channel, after: uuid().optional() }),
  z.strictObject({ type: z.literal('unsubscribe'), id, channel }),
]);

const Identified = z.object({ id });

export type Message = z.output<typeof Message>;

/** The message in a text frame; where it is none, the id that its sender may wait for. */
export function readMessage(text: string): Message | { readonly type: 'invalid'; readonly id: string | null } {
  try {
    const content = parseJson(text);
    return Message.safeParse(content).data ?? { type: 'invalid', id: Identified.safeParse(content).data?.id ?? null };
  } catch {
    return { type: 'invalid', id: null };
  }
}
