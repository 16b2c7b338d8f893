import { Router } from 'express';
import { z } from 'zod';
import { roles } from '../../config/application.js';
import { email, text } from '../../database/models/fields.js';
import { Registration } from '../../database/models/registration.js';
import { admitAddress } from '../../services/security/attempts.js';
import { login, logout, refresh, register } from '../../services/security/sessions.js';
import { everyone } from '../middleware/access.js';
import { only } from '../middleware/authentication.js';
import { limited } from '../middleware/limits.js';
import { validBody } from '../middleware/validation.js';

const Login = z.strictObject({ email: email(3, 254), password: text(1, 128) });
const Refresh = z.strictObject({ refreshToken: text(1, 200) });

export const identityRoutes = Router({ caseSensitive: true, strict: true })
  .post('/auth/register', everyone, limited('register'), async (_req, res) => {
    await register(validBody(Registration, res.locals.body));
    res.status(202).json({ status: 'accepted' });
  })
  .post('/auth/login', everyone, async (_req, res) => {
    await admitAddress(res.locals.address);
    const { email, password } = validBody(Login, res.locals.body);
    res.json(await login(email, password, res.locals.address));
  })
  .post('/auth/refresh', everyone, async (_req, res) => {
    res.json(await refresh(validBody(Refresh, res.locals.body).refreshToken));
  })
  .post('/auth/logout', only(...roles), async (_req, res) => {
    await logout(String(res.locals.caller?.sessionId));
    res.status(204).set('Clear-Site-Data', '"storage"').end();
  });
