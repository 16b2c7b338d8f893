import assert from 'node:assert/strict';
import type { z } from 'zod';

export function accepts(schema: z.ZodType, ...values: unknown[]): void {
  for (const value of values) assert.ok(schema.safeParse(value).success, `refuses ${JSON.stringify(value)}`);
}

export function refuses(schema: z.ZodType, ...values: unknown[]): void {
  for (const value of values) assert.ok(!schema.safeParse(value).success, `accepts ${JSON.stringify(value)}`);
}
