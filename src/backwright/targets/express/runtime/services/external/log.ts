import { pino } from 'pino';
import { settings } from '../../config/settings.js';

export const log = pino({
  level: settings.logLevel,
  base: { service: settings.name },
  timestamp: () => `,"time":"${new Date().toISOString()}"`,
  messageKey: 'message',
  // The message of what is called `err` would be written a second time.
  errorKey: 'thrown',
  formatters: { level: (level) => ({ level }) },
});

/** Without what else a database error carries: the values of the row that failed. */
export function described(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...('code' in error && { code: error.code }), ...(cause !== undefined && { cause: described(cause) }) };
}
