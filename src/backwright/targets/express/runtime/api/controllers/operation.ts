import type { Request, Response } from 'express';
import type { z } from 'zod';
import { invalid } from '../../services/business/problem.js';
import { type Transaction, transaction } from '../../services/data/database.js';
import type { Lockable } from '../../services/data/resource.js';
import { isUnconditional, whileCurrent } from '../../services/data/version.js';
import { validBody } from '../middleware/validation.js';
import { contextOf, idOf, sendRow } from './resource.js';

export type Work<I> = (tx: Transaction, input: I) => Promise<string>;

/** The input members that the path carries, by the name of their parameter. */
export type PathMembers = Readonly<Record<string, string>>;

/** A declared operation in one transaction. */
export const operation =
  <S extends z.ZodType>(name: string, schema: S, work: Work<z.output<S>>, status: number, path: PathMembers = {}) =>
  async (req: Request, res: Response): Promise<void> => {
    const input = inputOf(schema, req, res, path);
    sendRow(res, status, await transaction(contextOf(res, name), (tx) => work(tx, input)));
  };

/** A move of a lifecycle, in one transaction. */
export const transition =
  (name: string, work: (tx: Transaction, id: string) => Promise<string>, resource: Lockable) =>
  async (req: Request, res: Response): Promise<void> => {
    const id = idOf(req);
    const ifMatch = req.headers['if-match'];
    const json = await transaction(contextOf(res, name), (tx) => {
      const move = () => work(tx, id);
      return isUnconditional(resource, ifMatch) ? move() : whileCurrent(tx, resource, id, ifMatch, move);
    });
    sendRow(res, 200, json);
  };

/** The validated input: the body, which may be left out where it has nothing to say, and the members in the path. */
export function inputOf<S extends z.ZodType>(schema: S, req: Request, res: Response, path: PathMembers): z.output<S> {
  const { body = {} } = res.locals;
  const members = Object.entries(path).map(([parameter, member]) => [member, req.params[parameter]] as const);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return validBody(schema, body);
  const twice = members.filter(([member]) => member in body);
  if (twice.length > 0) throw invalid(twice.map(([member]) => ({ pointer: `/${member}`, message: 'is not known' })));
  return validBody(schema, { ...body, ...Object.fromEntries(members) });
}
