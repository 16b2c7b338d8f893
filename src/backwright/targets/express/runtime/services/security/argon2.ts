import * as argon2 from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet minimum for argon2id (ASVS 5.0, 11.4.2). */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hash = (password: string): Promise<string> => argon2.hash(password, parameters);
export const verify = (stored: string, password: string): Promise<boolean> => argon2.verify(stored, password);
