import { z } from 'zod';

/** Text without NUL, its length counted in code points. */
export const text = (min: number, max: number, pattern?: RegExp) =>
  z
    .string()
    .refine((value) => !value.includes('\0'), 'holds a NUL character')
    .refine((value) => codePoints(value) >= min, `has fewer than ${min} characters`)
    .refine((value) => codePoints(value) <= max, `has more than ${max} characters`)
    .refine((value) => pattern === undefined || pattern.test(value), 'has the wrong form');

/** An address as people type it (HTML, 4.10.5.1.5), in lower case. */
export const email = (min: number, max: number) =>
  text(min, max, /^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/).transform((value) => value.toLowerCase());

/** Without blanks and control characters by their numbers: what `\s` means differs from language to language. */
const visible = '[^\\u0000-\\u0020\\u007f-\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff]';
export const url = (min: number, max: number) => text(min, max, new RegExp(`^https?://${visible}+$`, 'u'));
export const slug = (min: number, max: number) => text(min, max, /^[a-z0-9]+(-[a-z0-9]+)*$/);

/** ITU-T E.164 with its plus sign. */
export const phone = (min: number, max: number) => text(min, max, /^\+[1-9][0-9]{6,14}$/);

export const integer = (min: number, max: number) =>
  z.number().refine(Number.isInteger, { error: 'is not of type int', abort: true }).min(min).max(max);

/** A whole number in a query string. */
export const wholeNumber = () =>
  z
    .string()
    .regex(/^-?\d{1,16}$/)
    .refine((value) => Number.isSafeInteger(Number(value)), 'is out of range');

interface Bounds {
  readonly min?: string;
  readonly max?: string;
  readonly above?: string;
  readonly below?: string;
}

/** An exact decimal as a string: at most `precision` digits, `scale` of them behind the point. */
export const decimal = (precision: number, scale: number, { min, max, above, below }: Bounds = {}) => {
  const form = new RegExp(`^-?${precision > scale ? `\\d{1,${precision - scale}}` : '0'}${scale > 0 ? `(\\.\\d{1,${scale}})?` : ''}$`);
  const scaled = (value: string) => {
    const [whole = '', fraction = ''] = value.split('.');
    return BigInt(whole + fraction.padEnd(scale, '0'));
  };
  return z
    .string()
    .regex(form, { abort: true })
    .refine((value) => min === undefined || scaled(value) >= scaled(min), `is less than ${min}`)
    .refine((value) => max === undefined || scaled(value) <= scaled(max), `is more than ${max}`)
    .refine((value) => above === undefined || scaled(value) > scaled(above), `is not more than ${above}`)
    .refine((value) => below === undefined || scaled(value) < scaled(below), `is not less than ${below}`);
};

export const uuid = () =>
  z
    .string()
    .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/)
    .transform((value) => value.toLowerCase());

export const date = () => z.iso.date().refine((value) => value >= '0001-01-01', 'is before the year 1');

/** An instant (RFC 3339), as UTC with milliseconds. */
export const timestamp = () =>
  z.iso
    .datetime({ offset: true })
    .transform((value) => new Date(value).toISOString())
    .refine((value) => /^\d{4}-/.test(value) && value >= '0001', 'is out of range');

/** Any JSON value but null, as it came; a number too large to be one is read as infinity. */
export const json = () =>
  z
    .unknown()
    .refine((value) => value !== null, 'is null')
    .refine(allFinite, 'has the wrong form')
    .refine((value) => !ESCAPED_NUL.test(JSON.stringify(value)), 'holds a NUL character');

/** And not the end of an escaped backslash. */
const ESCAPED_NUL = /(?<!\\)(?:\\\\)*\\u0000/;

function allFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(allFinite);
}

export const list = <T extends z.ZodType>(item: T, min: number, max: number) => z.array(item).min(min).max(max);

/** A change of some of the fields; at least one. */
export const patch = <T extends z.ZodRawShape>(shape: T) =>
  z
    .strictObject(shape)
    .partial()
    .refine((change) => Object.keys(change).length > 0, { error: 'is empty', when: ({ issues }) => issues.length === 0 });

const codePoints = (value: string): number => {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
};
