import type { Request, Response } from 'express';
import type { z } from 'zod';
import { idempotencyKey, once } from '../../services/data/idempotency.js';
import { inputOf, type PathMembers, type Work } from './operation.js';
import { contextOf, sendRow } from './resource.js';

/** A declared operation that happens once per Idempotency-Key. */
export const idempotent =
  <S extends z.ZodType>(name: string, schema: S, work: Work<z.output<S>>, status: number, path: PathMembers = {}) =>
  async (req: Request, res: Response): Promise<void> => {
    const key = idempotencyKey(req.get('Idempotency-Key'));
    const input = inputOf(schema, req, res, path);
    const answer = await once(contextOf(res, name), key, input, async (tx) => ({ status, json: await work(tx, input) }));
    sendRow(res, answer.status, answer.json);
  };
