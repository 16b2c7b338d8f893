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

let day = 0;

/** A day after the year 1000 and before today, another one every time. */
export function someDay(): string {
  day = Math.max(day + 1, Math.floor(Date.now() / 10) % 365_000);
  return new Date(Date.UTC(1000, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
}

const turns = new Map<string, number>();

/** One after the other of the few values that a column has. */
export function inTurn<T>(column: string, values: readonly T[]): T | undefined {
  const turn = turns.get(column) ?? 0;
  turns.set(column, turn + 1);
  return values[turn % values.length];
}
