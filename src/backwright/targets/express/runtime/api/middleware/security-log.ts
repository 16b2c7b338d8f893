import type { Locals } from 'express-serve-static-core';
import { securityActions } from '../../config/application.js';
import { log } from '../../services/external/log.js';

const REFUSALS: ReadonlySet<number> = new Set([401, 403, 429]);

/** What changes how somebody signs in, and what was refused for who asks or how often (ASVS 5.0, 16.3). */
export function logSecurity(locals: Locals, operation: string, status: number): void {
  const action = securityActions.get(operation) ?? 'access';
  if (action === 'access' && !REFUSALS.has(status)) return;
  const { requestId, traceId, address, refusal } = locals;
  const userId = locals.caller?.userId ?? locals.userId ?? refusal?.userId ?? undefined;
  const line = { requestId, traceId, action, address, userId };
  if (status < 400) log.info({ event: 'security.succeeded', ...line });
  else log.warn({ event: 'security.refused', ...line, status, reason: refusal?.reason });
}
