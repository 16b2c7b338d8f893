/** Exact decimals: a whole number of units of 10^-scale. They come in as text and leave as text, never as a float. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

export type Numeric = Decimal | string | number | bigint | null | undefined;

const FORM = /^(-?)(\d+)(?:\.(\d+))?$/;

function power(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

export function decimal(value: Numeric): Decimal {
  if (typeof value === 'bigint') return { units: value, scale: 0 };
  if (typeof value === 'number' && Number.isSafeInteger(value)) return { units: BigInt(value), scale: 0 };
  if (typeof value === 'string') {
    const form = FORM.exec(value);
    if (form !== null) {
      const fraction = form[3] ?? '';
      return { units: BigInt(`${form[1]}${form[2]}${fraction}`), scale: fraction.length };
    }
  }
  if (typeof value === 'object' && value !== null) return value;
  throw new TypeError('not an exact number');
}

function aligned(left: Numeric, right: Numeric): [bigint, bigint, number] {
  const one = decimal(left);
  const other = decimal(right);
  const scale = Math.max(one.scale, other.scale);
  return [one.units * power(scale - one.scale), other.units * power(scale - other.scale), scale];
}

/** The nearest whole number to a quotient, halves away from zero. */
function nearest(numerator: bigint, denominator: bigint): bigint {
  const quotient = (2n * magnitude(numerator) + magnitude(denominator)) / (2n * magnitude(denominator));
  return numerator < 0n === denominator < 0n ? quotient : -quotient;
}

export function add(left: Numeric, right: Numeric): Decimal {
  const [one, other, scale] = aligned(left, right);
  return { units: one + other, scale };
}

export function subtract(left: Numeric, right: Numeric): Decimal {
  const [one, other, scale] = aligned(left, right);
  return { units: one - other, scale };
}

export function multiply(left: Numeric, right: Numeric): Decimal {
  const one = decimal(left);
  const other = decimal(right);
  return { units: one.units * other.units, scale: one.scale + other.scale };
}

/** Null when dividing by zero. */
export function divide(left: Numeric, right: Numeric, scale: number): Decimal | null {
  const [one, other] = aligned(left, right);
  return other === 0n ? null : { units: nearest(one * power(scale), other), scale };
}

/** What division truncated towards zero leaves; null when dividing by zero. */
export function remainder(left: Numeric, right: Numeric): Decimal | null {
  const [one, other, scale] = aligned(left, right);
  return other === 0n ? null : { units: one % other, scale };
}

export function negate(value: Numeric): Decimal {
  const { units, scale } = decimal(value);
  return { units: -units, scale };
}

export function absolute(value: Numeric): Decimal {
  const { units, scale } = decimal(value);
  return { units: magnitude(units), scale };
}

/** Halves away from zero. */
export function round(value: Numeric, scale: number): Decimal {
  const exact = decimal(value);
  if (exact.scale <= scale) return { units: exact.units * power(scale - exact.scale), scale };
  return { units: nearest(exact.units, power(exact.scale - scale)), scale };
}

/** Negative, zero or positive. */
export function compare(left: Numeric, right: Numeric): number {
  const [one, other] = aligned(left, right);
  return one < other ? -1 : one > other ? 1 : 0;
}

/** An absent number equals nothing. */
export function equal(left: Numeric, right: Numeric): boolean {
  return left != null && right != null && compare(left, right) === 0;
}

export function least(first: Numeric, ...others: Numeric[]): Decimal {
  return others.map(decimal).reduce((best, value) => (compare(value, best) < 0 ? value : best), decimal(first));
}

export function greatest(first: Numeric, ...others: Numeric[]): Decimal {
  return others.map(decimal).reduce((best, value) => (compare(value, best) > 0 ? value : best), decimal(first));
}

/** The number with exactly `scale` decimals. */
export function text(value: Numeric, scale: number): string {
  const { units } = round(value, scale);
  const digits = magnitude(units)
    .toString()
    .padStart(scale + 1, '0');
  const sign = units < 0n ? '-' : '';
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** A whole number as JSON's number. */
export function whole(value: Numeric): number {
  return Number(text(value, 0));
}
