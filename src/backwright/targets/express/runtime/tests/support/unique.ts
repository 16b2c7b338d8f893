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

export const someNumber = (low: number, high: number): number => randomInt(low, high + 1);

/** A day between the years 1000 and 2020. */
export const someDay = (): string => new Date(Date.UTC(1000, 0, 1) + randomInt(372_000) * 86_400_000).toISOString().slice(0, 10);
