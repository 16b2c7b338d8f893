import type { Request, Response } from 'express';
import { z } from 'zod';
import { uuid } from '../../database/models/fields.js';
import { forbidden, notFound } from '../../services/business/problem.js';
import type { BatchResult } from '../../services/data/batch.js';
import { type Context, read, write } from '../../services/data/database.js';
import { listParameters, pageJson, pageOf, refuseMadeUp } from '../../services/data/list.js';
import type { Resource } from '../../services/data/resource.js';
import { uuidv7 } from '../../services/data/uuid.js';
import { validBody, validParameters } from '../middleware/validation.js';

export const contextOf = (res: Response, operation: string): Context => ({
  userId: res.locals.caller?.userId ?? null,
  role: res.locals.caller?.role ?? null,
  operation,
});

export function sendJson(res: Response, status: number, json: string): void {
  res.statusCode = status;
  if (status === 204) {
    res.end();
    return;
  }
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  // Said here, because with HEAD nothing is sent that could be measured.
  res.setHeader('Content-Length', Buffer.byteLength(json));
  res.end(json);
}

/** The one value that a statement selected, or null without a row. */
export const single = (result: BatchResult | undefined): string | null => result?.rows[0]?.[0] ?? null;

const path = z.object({ id: uuid() });

export const idOf = (req: Request): string => validParameters(path, req.params).id;

export const list = (resource: Resource) => {
  const parameters = listParameters(resource);
  return async (req: Request, res: Response): Promise<void> => {
    const page = pageOf(resource, validParameters(parameters, req.query));
    const reading = read(contextOf(res, `${resource.name}.list`), page.statement);
    const [result] = await (req.query.cursor === undefined ? reading : reading.catch(refuseMadeUp));
    sendJson(res, 200, pageJson(page, result?.rows ?? []));
  };
};

export const show =
  (resource: Resource) =>
  async (req: Request, res: Response): Promise<void> => {
    await showRow(resource, res, idOf(req));
  };

/** Answers with one row, or 404. */
export async function showRow(resource: Resource, res: Response, id: string): Promise<void> {
  const name = `${resource.name}.read`;
  const [result] = await read(contextOf(res, name), { name, text: resource.read, values: [id] });
  const json = single(result);
  if (json === null) throw notFound();
  sendJson(res, 200, json);
}

export const create =
  (resource: Resource & { create: readonly string[] }, schema: z.ZodType) =>
  async (req: Request, res: Response): Promise<void> => {
    const body = validBody(schema, res.locals.body);
    const id = uuidv7();
    const name = `${resource.name}.create`;
    const inserts = resource.create.map((text, at) => ({ name: `${name} ${at}`, text, values: [body, id] }));
    const results = await write(contextOf(res, name), ...inserts, { name: `${resource.name}.read`, text: resource.read, values: [id] });
    res.setHeader('Location', `${req.baseUrl}${req.path}/${id}`);
    sendJson(res, 201, single(results.at(-1)) ?? 'null');
  };

export const update =
  (resource: Resource & { update: string }, schema: z.ZodType) =>
  async (req: Request, res: Response): Promise<void> => {
    const id = idOf(req);
    const patch = validBody(schema, res.locals.body);
    const name = `${resource.name}.update`;
    const [updated, row] = await write(
      contextOf(res, name),
      { name, text: resource.update, values: [id, patch] },
      { name: `${resource.name}.read`, text: resource.read, values: [id] },
    );
    const json = single(row);
    if (updated?.count === 0 || json === null) throw json === null ? notFound() : forbidden();
    sendJson(res, 200, json);
  };

export const remove =
  (resource: Resource & { remove: string }) =>
  async (req: Request, res: Response): Promise<void> => {
    const id = idOf(req);
    const name = `${resource.name}.delete`;
    const [removed, row] = await write(
      contextOf(res, name),
      { name, text: resource.remove, values: [id] },
      { name: `${resource.name}.read`, text: resource.read, values: [id] },
    );
    if (removed?.count === 0) throw single(row) === null ? notFound() : forbidden();
    res.status(204).end();
  };
