import { mailSettings } from '../../config/mail.js';
import { identityQueries } from '../../database/queries/identity.js';
import { write } from '../data/database.js';
import { IDENTITY } from '../security/identity.js';
import { described, log } from './log.js';
import { send, written } from './mail.js';

const POLL_MS = 5_000;
const LONGEST_GOODBYE_MS = 5_000;

let awake = false;
let wake: () => void = () => undefined;

/** A mail has just been committed; it need not wait for its turn. */
export function deliverSoon(): void {
  awake = true;
  wake();
}

/** Sends what is due, one mail after another, until the returned function is called; that waits for the mail under way. */
export function startDelivery(): () => Promise<void> {
  const { url } = mailSettings;
  if (url === null) return async () => undefined;
  let stopped = false;
  const run = async (): Promise<void> => {
    while (!stopped) {
      awake = false;
      const delivered = await deliverNext(url).catch((error) => {
        log.error({ event: 'mails.failed', err: described(error) });
        return false;
      });
      if (!delivered && !awake && !stopped) await pause();
    }
  };
  const running = run();
  return async () => {
    stopped = true;
    wake();
    await Promise.race([running, new Promise((resolve) => setTimeout(resolve, LONGEST_GOODBYE_MS).unref())]);
  };
}

const pause = (): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, POLL_MS);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });

/** Whether there was one. Nothing is locked while it is sent, so whoever dies here has only delayed it. */
async function deliverNext(url: URL): Promise<boolean> {
  const [claimed] = await write(IDENTITY, { name: 'identity.claim', text: identityQueries.claimMail, values: [] });
  const [id, to, kind, tokenId, attempts] = claimed?.rows[0] ?? [];
  if (!id || !to || !kind) return false;
  try {
    await send(url, id, written(to, kind, tokenId ?? null));
  } catch (error) {
    // Without the message, which may repeat the address.
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
    log.warn({ event: 'mail.failed', mailId: id, attempts: Number(attempts), reason });
    return true;
  }
  await write(IDENTITY, { name: 'identity.sent', text: identityQueries.mailSent, values: [id] });
  return true;
}
