import { Router } from 'express';
import { roles } from '../../config/application.js';
import { issueTicket } from '../../services/realtime/tickets.js';
import { only, sessionOf } from '../middleware/authentication.js';

export const socketTicketRoutes = Router({ caseSensitive: true, strict: true }).post(
  '/auth/socket-ticket',
  only(...roles),
  async (_req, res) => {
    res.status(201).json(await issueTicket(sessionOf(res).sessionId));
  },
);
