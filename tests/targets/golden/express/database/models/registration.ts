import { z } from 'zod';
import { email, text } from './fields.js';

/** A new password, without rules of composition (NIST SP 800-63B-4, 3.1.1.2). */
export const Password = text(15, 128);

/** A new account: its profile and a password. */
export const Registration = z.strictObject({
  email: email(3, 254),
  name: text(1, 80),
  password: Password,
});
