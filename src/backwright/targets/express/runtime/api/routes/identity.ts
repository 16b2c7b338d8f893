import { type Response, Router } from 'express';
import { z } from 'zod';
import { roles } from '../../config/application.js';
import { email, text, timestamp } from '../../database/models/fields.js';
import { Password, Registration } from '../../database/models/registration.js';
import {
  changePassword,
  register,
  requestReset,
  requestVerification,
  resetPassword,
  verifyAddress,
} from '../../services/security/accounts.js';
import { admitAddress } from '../../services/security/attempts.js';
import { createKey, deleteKey, listKeys } from '../../services/security/keys.js';
import { endSession, endSessions, listSessions, login, logout, type Opened, refresh } from '../../services/security/sessions.js';
import { idOf, sendJson } from '../controllers/resource.js';
import { everyone } from '../middleware/access.js';
import { only, sessionOf } from '../middleware/authentication.js';
import { limited } from '../middleware/limits.js';
import { validBody } from '../middleware/validation.js';

const Address = z.strictObject({ email: email(3, 254) });
const Login = Address.extend({ password: text(1, 128) });
const Refresh = z.strictObject({ refreshToken: text(1, 200) });
const Verification = z.strictObject({ token: text(1, 200) });
const Reset = Verification.extend({ password: Password });
const Change = z.strictObject({ currentPassword: text(1, 128), newPassword: Password });
const Key = z.strictObject({ name: text(1, 100), expiresAt: timestamp().optional() });

const accepted = { status: 'accepted' } as const;

function sendOpened(res: Response, { userId, tokens }: Opened): void {
  res.locals.userId = userId;
  res.json(tokens);
}

export const identityRoutes = Router({ caseSensitive: true, strict: true })
  .post('/auth/register', everyone, limited('register'), async (_req, res) => {
    await register(validBody(Registration, res.locals.body));
    res.status(202).json(accepted);
  })
  .post('/auth/verification', everyone, limited('register'), async (_req, res) => {
    await requestVerification(validBody(Address, res.locals.body).email);
    res.status(202).json(accepted);
  })
  .post('/auth/verify', everyone, async (_req, res) => {
    res.locals.userId = await verifyAddress(validBody(Verification, res.locals.body).token);
    res.status(204).end();
  })
  .post('/auth/password/forgot', everyone, limited('register'), async (_req, res) => {
    await requestReset(validBody(Address, res.locals.body).email);
    res.status(202).json(accepted);
  })
  .post('/auth/password/reset', everyone, async (_req, res) => {
    const { token, password } = validBody(Reset, res.locals.body);
    res.locals.userId = await resetPassword(token, password);
    res.status(204).end();
  })
  .post('/auth/login', everyone, async (_req, res) => {
    await admitAddress(res.locals.address);
    const { email, password } = validBody(Login, res.locals.body);
    sendOpened(res, await login(email, password, res.locals.address));
  })
  .post('/auth/refresh', everyone, async (_req, res) => {
    sendOpened(res, await refresh(validBody(Refresh, res.locals.body).refreshToken));
  })
  .post('/auth/logout', only(...roles), async (_req, res) => {
    await logout(sessionOf(res).sessionId);
    res.status(204).set('Clear-Site-Data', '"storage"').end();
  })
  .post('/auth/password', only(...roles), async (_req, res) => {
    const { currentPassword, newPassword } = validBody(Change, res.locals.body);
    await changePassword(sessionOf(res), currentPassword, newPassword, res.locals.address);
    res.status(204).end();
  })
  .get('/auth/sessions', only(...roles), async (_req, res) => {
    sendJson(res, 200, await listSessions(sessionOf(res)));
  })
  .delete('/auth/sessions', only(...roles), async (_req, res) => {
    await endSessions(sessionOf(res).userId);
    res.status(204).end();
  })
  .delete('/auth/sessions/:id', only(...roles), async (req, res) => {
    await endSession(sessionOf(res).userId, idOf(req));
    res.status(204).end();
  })
  .get('/auth/keys', only(...roles), async (_req, res) => {
    sendJson(res, 200, await listKeys(sessionOf(res).userId));
  })
  .post('/auth/keys', only(...roles), async (_req, res) => {
    const { name, expiresAt } = validBody(Key, res.locals.body);
    sendJson(res, 201, await createKey(sessionOf(res), name, expiresAt ?? null));
  })
  .delete('/auth/keys/:id', only(...roles), async (req, res) => {
    await deleteKey(sessionOf(res).userId, idOf(req));
    res.status(204).end();
  });
