import type { Request, Response } from 'express';
import type { z } from 'zod';
import { type Transaction, transaction } from '../../services/data/database.js';
import { idempotencyKey, once } from '../../services/data/idempotency.js';
import { validBody } from '../middleware/validation.js';
import { contextOf, idOf, sendJson } from './resource.js';

type Work<I> = (tx: Transaction, input: I) => Promise<string>;

/** A declared operation in one transaction. */
export const operation =
  <S extends z.ZodType>(name: string, schema: S, work: Work<z.output<S>>, status: number) =>
  async (_req: Request, res: Response): Promise<void> => {
    const input = validBody(schema, res.locals.body);
    sendJson(res, status, await transaction(contextOf(res, name), (tx) => work(tx, input)));
  };

/** A declared operation that happens once per Idempotency-Key. */
export const idempotent =
  <S extends z.ZodType>(name: string, schema: S, work: Work<z.output<S>>, status: number) =>
  async (req: Request, res: Response): Promise<void> => {
    const key = idempotencyKey(req.get('Idempotency-Key'));
    const input = validBody(schema, res.locals.body);
    const answer = await once(contextOf(res, name), key, input, async (tx) => ({ status, json: await work(tx, input) }));
    sendJson(res, answer.status, answer.json);
  };

/** A move of a lifecycle, in one transaction. */
export const transition =
  (name: string, work: (tx: Transaction, id: string) => Promise<string>) =>
  async (req: Request, res: Response): Promise<void> => {
    const id = idOf(req);
    sendJson(res, 200, await transaction(contextOf(res, name), (tx) => work(tx, id)));
  };
