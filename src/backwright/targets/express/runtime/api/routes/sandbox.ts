import { Router } from 'express';
import { z } from 'zod';
import { mailSettings } from '../../config/mail.js';
import { email } from '../../database/models/fields.js';
import { mailbox } from '../../services/external/mailbox.js';
import { validParameters } from '../middleware/validation.js';

const Parameters = z.strictObject({ to: email(3, 254) });

export const sandboxRoutes = Router({ caseSensitive: true, strict: true });

if (mailSettings.url === null) {
  sandboxRoutes.get('/sandbox/mails', async (req, res) => {
    res.json({ items: await mailbox(validParameters(Parameters, req.query).to) });
  });
}
