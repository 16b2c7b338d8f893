import { Router } from 'express';
import { z } from 'zod';
import { roles } from '../../config/application.js';
import { email, text } from '../../database/models/fields.js';
import { Password, Registration } from '../../database/models/registration.js';
import { register, requestReset, requestVerification, resetPassword, verifyAddress } from '../../services/security/accounts.js';
import { login, logout, refresh } from '../../services/security/sessions.js';
import { everyone } from '../middleware/access.js';
import { only } from '../middleware/authentication.js';
import { validBody } from '../middleware/validation.js';

const Address = z.strictObject({ email: email(3, 254) });
const Login = Address.extend({ password: text(1, 128) });
const Refresh = z.strictObject({ refreshToken: text(1, 200) });
const Verification = z.strictObject({ token: text(1, 200) });
const Reset = Verification.extend({ password: Password });

const accepted = { status: 'accepted' } as const;

export const identityRoutes = Router({ caseSensitive: true, strict: true })
  .post('/auth/register', everyone, async (_req, res) => {
    await register(validBody(Registration, res.locals.body));
    res.status(202).json(accepted);
  })
  .post('/auth/verification', everyone, async (_req, res) => {
    await requestVerification(validBody(Address, res.locals.body).email);
    res.status(202).json(accepted);
  })
  .post('/auth/verify', everyone, async (_req, res) => {
    await verifyAddress(validBody(Verification, res.locals.body).token);
    res.status(204).end();
  })
  .post('/auth/password/forgot', everyone, async (_req, res) => {
    await requestReset(validBody(Address, res.locals.body).email);
    res.status(202).json(accepted);
  })
  .post('/auth/password/reset', everyone, async (_req, res) => {
    const { token, password } = validBody(Reset, res.locals.body);
    await resetPassword(token, password);
    res.status(204).end();
  })
  .post('/auth/login', everyone, async (_req, res) => {
    const { email, password } = validBody(Login, res.locals.body);
    res.json(await login(email, password));
  })
  .post('/auth/refresh', everyone, async (_req, res) => {
    res.json(await refresh(validBody(Refresh, res.locals.body).refreshToken));
  })
  .post('/auth/logout', only(...roles), async (_req, res) => {
    await logout(String(res.locals.caller?.sessionId));
    res.status(204).set('Clear-Site-Data', '"storage"').end();
  });
