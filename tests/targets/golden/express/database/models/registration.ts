import { z } from 'zod';
import { email, text } from './fields.js';

/** A new account: its profile, and a password of 15 characters or more (NIST SP 800-63B-4, 3.1.1.2). */
export const Registration = z.strictObject({
  email: email(3, 254),
  name: text(1, 80),
  password: text(15, 128),
});
