import { z } from 'zod';
import { checked, settings } from './settings.js';

const smtp = z.url({ protocol: /^smtps?$/, error: 'is neither smtp:// nor smtps://' });
const inProduction = z.object({
  MAIL_URL: smtp,
  MAIL_FROM: z.email(),
  APP_URL: z.url({ protocol: /^https?$/ }),
});
const elsewhere = z.object({
  MAIL_URL: z.union([z.literal('sandbox:'), smtp]).default('sandbox:'),
  MAIL_FROM: inProduction.shape.MAIL_FROM.default('no-reply@example.com'),
  APP_URL: inProduction.shape.APP_URL.default('http://localhost:3000'),
});

const env = checked(settings.environment === 'production' ? inProduction : elsewhere);

export const mailSettings = {
  /** Null where mails are kept to be looked at, and never sent. */
  url: env.MAIL_URL === 'sandbox:' ? null : new URL(env.MAIL_URL),
  from: env.MAIL_FROM,
  appUrl: env.APP_URL.replace(/\/$/, ''),
} as const;
