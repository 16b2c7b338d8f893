import { identitySettings } from '../../config/identity.js';
import { unavailable } from '../business/problem.js';
import { hash, verify } from './argon2.js';

const MAX_WAITING = 100;

let running = 0;
const waiting: (() => void)[] = [];

/** At most as many hashes at once as there are cores; a full queue refuses instead of growing. */
async function bounded<T>(work: () => Promise<T>): Promise<T> {
  if (running >= identitySettings.passwordHashConcurrency) {
    if (waiting.length >= MAX_WAITING) throw unavailable();
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** One password however a keyboard composes its characters (NIST SP 800-63B-4, 3.1.1.2). */
const normalized = (password: string) => password.normalize('NFKC');

export const hashPassword = (password: string): Promise<string> => bounded(() => hash(normalized(password)));

const nobody = hash('nobody has this password');

/** Takes as long for an unknown account (null) as for a wrong password. */
export const verifyPassword = async (stored: string | null, password: string): Promise<boolean> => {
  const against = stored ?? (await nobody);
  return (await bounded(() => verify(against, normalized(password)))) && stored !== null;
};
