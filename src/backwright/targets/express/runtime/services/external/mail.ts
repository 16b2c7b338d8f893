import { createTransport } from 'nodemailer';
import { mailSettings } from '../../config/mail.js';
import { oneTimeToken } from '../security/one-time-tokens.js';
import { mailTexts } from './mail-texts.js';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** A mail as it is sent. Its token stands in the fragment of the link, which no browser sends to a server. */
export function written(to: string, kind: string, tokenId: string | null): Mail {
  const known = mailTexts[kind];
  if (!known) throw new Error(`there is no mail of the kind ${kind}`);
  const fragment = tokenId === null ? '' : `#token=${oneTimeToken(kind, tokenId)}`;
  return { to, subject: known.subject, text: known.text.replace('{link}', () => `${mailSettings.appUrl}${known.page}${fragment}`) };
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const STEP_MS = 10_000;

/** Hands a mail to the server of `MAIL_URL`; encrypted, unless that never leaves the machine. */
export async function send(url: URL, id: string, { to, subject, text }: Mail): Promise<void> {
  const { protocol, hostname, port, username, password } = url;
  const secure = protocol === 'smtps:';
  const near = LOOPBACK.includes(hostname);
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !near,
    ignoreTLS: !secure && near,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
  });
  const { from } = mailSettings;
  const messageId = `<${id}@${from.split('@')[1]}>`;
  await transport.sendMail({ from, to, subject, text, messageId, headers: { 'Auto-Submitted': 'auto-generated' } });
}
