import { randomInt } from 'node:crypto';

const started = Date.now().toString(36);
let count = 0;

/** A word that no other row has: small letters and digits. */
export function unique(): string {
  count += 1;
  return `${started}${randomInt(36 ** 3).toString(36)}${count.toString(36)}`;
}

/** So many characters of an alphabet. */
export const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
