import { title } from '../../config/application.js';
import { invalid } from '../business/problem.js';
import { commonPasswords } from './common-passwords.js';

const MOST_PIECES = 2;
const SHORTEST = 3;
/** What stands before the @ of an address may be so long (RFC 5321, 4.5.3.1). */
const LONGEST = 64;
const LONGEST_UNIT = 8;
const MOST_DIGITS = 4;

const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const zigzags = ['1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p', '1q2w3e4r5t6y7u8i9o0p'];
const runs = [...rows, ...zigzags].flatMap((row) => [row, [...row].reverse().join('')]);

const WRITTEN_AS: Readonly<Record<string, string>> = { '@': 'a', 4: 'a', 3: 'e', 1: 'i', '!': 'i', 0: 'o', $: 's', 5: 's', 7: 't' };

/** Refuses a password that everybody would try first: see `documentation/security.md`. */
export function refuseGuessable(password: string, login: string, pointer: string): void {
  if (isGuessable(password, login)) throw invalid([{ pointer, message: 'can be guessed' }]);
}

/** Whether it repeats something short, or is put together from at most two pieces that are common or its owner's. */
export function isGuessable(password: string, login: string): boolean {
  const names = [title, login.split('@')[0] ?? ''].map((each) => plain(each)).filter((each) => each.length >= SHORTEST);
  const known = new Set(names);
  const lower = password.normalize('NFKC').toLowerCase();
  return [lower, [...lower].map((sign) => WRITTEN_AS[sign] ?? sign).join('')].some((written) => {
    const signs = [...(plain(written) || written)];
    return repeats(signs) || isMadeOfFew(signs, known);
  });
}

/** In small letters, without what stands between words. */
const plain = (text: string) => text.toLowerCase().replace(/[ -/:-@[-`{-~]/g, '');

const repeats = (signs: readonly string[]) =>
  Array.from({ length: Math.min(LONGEST_UNIT, Math.floor(signs.length / 2)) }, (_, at) => at + 1).some((unit) =>
    signs.every((sign, at) => at < unit || sign === signs[at - unit]),
  );

function isMadeOfFew(signs: readonly string[], names: ReadonlySet<string>): boolean {
  const pieces = new Set<string>();
  for (let at = 0; at < signs.length && pieces.size <= MOST_PIECES; ) {
    const run = longest(signs, at, (text) => text === text[0]?.repeat(text.length) || runs.some((row) => row.includes(text)));
    const word = longest(signs, at, (text) => commonPasswords.has(text) || names.has(text));
    const length = Math.max(run, word) || digits(signs, at) || 1;
    pieces.add(run > 0 && run >= word ? 'run' : signs.slice(at, at + length).join(''));
    at += length;
  }
  return pieces.size <= MOST_PIECES;
}

/** How many characters from here on the longest piece of a kind has; 0 where there is none. */
function longest(signs: readonly string[], at: number, is: (text: string) => boolean): number {
  for (let length = Math.min(LONGEST, signs.length - at); length >= SHORTEST; length -= 1) {
    if (is(signs.slice(at, at + length).join(''))) return length;
  }
  return 0;
}

function digits(signs: readonly string[], at: number): number {
  const end = signs.findIndex((sign, place) => place >= at && !/^[0-9]$/.test(sign));
  return Math.min((end === -1 ? signs.length : end) - at, MOST_DIGITS);
}
