import type { Request, Response } from 'express';
import { z } from 'zod';
import { uuid } from '../../database/models/fields.js';
import { forbidden, notFound } from '../../services/business/problem.js';
import type { BatchResult, Statement } from '../../services/data/batch.js';
import { type Context, read, transaction, write } from '../../services/data/database.js';
import { type Includes, including, namesOf } from '../../services/data/includes.js';
import { listParameters, pageJson, pageOf, refuseMadeUp } from '../../services/data/list.js';
import { type Lockable, type Resource, reading } from '../../services/data/resource.js';
import { uuidv7 } from '../../services/data/uuid.js';
import { isKnown, isUnconditional, tagOf, whileCurrent } from '../../services/data/version.js';
import { validBody, validParameters } from '../middleware/validation.js';

export const contextOf = (res: Response, operation: string): Context => ({
  userId: res.locals.caller?.userId ?? null,
  role: res.locals.caller?.role ?? null,
  operation,
});

export function sendJson(res: Response, status: number, json: string | Buffer): void {
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

/** Answers with the row that was written, or with nothing where the caller may not see one. */
export function sendRow(res: Response, status: number, json: string): void {
  if (json !== 'null' && status !== 204) res.setHeader('ETag', tagOf(json));
  sendJson(res, status, json);
}

/** Answers a read: only with the tag where the caller has the rest already. */
export function sendRead(req: Request, res: Response, { isPublic }: Resource, json: string | Buffer, tag = tagOf(json)): void {
  res.setHeader('ETag', tag);
  res.setHeader('Cache-Control', `${isPublic && !res.locals.caller ? 'public' : 'private'}, no-cache`);
  res.appendHeader('Vary', 'Authorization');
  if (isKnown(req.headers['if-none-match'], tag)) res.status(304).end();
  else sendJson(res, 200, json);
}

/** The one value that a statement selected, or null without a row. */
export const single = (result: BatchResult | undefined): string | null => result?.rows[0]?.[0] ?? null;

const path = z.object({ id: uuid() });

export const idOf = (req: Request): string => validParameters(path, req.params).id;

export const list = (resource: Resource, includes?: Includes) => {
  const parameters = listParameters(resource, includes);
  return async (req: Request, res: Response): Promise<void> => {
    const asked = validParameters(parameters, req.query);
    const shown = including(resource, includes, asked.include);
    const page = pageOf(shown, asked);
    const rows = read(contextOf(res, `${resource.name}.list`), page.statement);
    const [result] = await (req.query.cursor === undefined ? rows : rows.catch(refuseMadeUp));
    sendRead(req, res, shown, pageJson(page, result?.rows ?? []));
  };
};

export const show = (resource: Resource, includes?: Includes) => {
  const showRow = showing(resource, includes);
  return async (req: Request, res: Response): Promise<void> => showRow(req, res, idOf(req));
};

/** Answers with one row, or 404. */
export const showing = (resource: Resource, includes?: Includes) => {
  const parameters = includes ? z.strictObject({ include: namesOf(includes).optional() }) : z.strictObject({});
  return async (req: Request, res: Response, id: string): Promise<void> => {
    const asked = req.url.includes('?') ? validParameters(parameters, req.query) : undefined;
    const shown = including(resource, includes, asked?.include);
    const [result] = await read(contextOf(res, `${resource.name}.read`), reading(shown, id));
    const json = single(result);
    if (json === null) throw notFound();
    sendRead(req, res, shown, json);
  };
};

export const create =
  (resource: Resource & { create: readonly string[] }, schema: z.ZodType) =>
  async (req: Request, res: Response): Promise<void> => {
    const body = validBody(schema, res.locals.body);
    const id = uuidv7();
    const name = `${resource.name}.create`;
    const inserts = resource.create.map((text, at) => ({ name: `${name} ${at}`, text, values: [body, id] }));
    const results = await write(contextOf(res, name), ...inserts, reading(resource, id));
    res.setHeader('Location', `${req.baseUrl}${req.path}/${id}`);
    sendRow(res, 201, single(results.at(-1)) ?? 'null');
  };

type Send = (...statements: Statement[]) => Promise<BatchResult[]>;

/** Writes one row in one round trip, or after a look at it where the request says which version it means. */
function writing<T>(req: Request, context: Context, resource: Lockable, id: string, work: (send: Send) => Promise<T>): Promise<T> {
  const ifMatch = req.headers['if-match'];
  if (isUnconditional(resource, ifMatch)) return work((...statements) => write(context, ...statements));
  return transaction(context, (tx) => whileCurrent(tx, resource, id, ifMatch, () => work((...statements) => tx.send(...statements))));
}

export const update =
  (resource: Lockable & { update: string }, schema: z.ZodType) =>
  async (req: Request, res: Response): Promise<void> => {
    const id = idOf(req);
    const patch = validBody(schema, res.locals.body);
    const name = `${resource.name}.update`;
    const json = await writing(req, contextOf(res, name), resource, id, async (send) => {
      const [updated, row] = await send({ name, text: resource.update, values: [id, patch] }, reading(resource, id));
      const json = single(row);
      if (updated?.count === 0 || json === null) throw json === null ? notFound() : forbidden();
      return json;
    });
    sendRow(res, 200, json);
  };

export const remove =
  (resource: Lockable & { remove: string }) =>
  async (req: Request, res: Response): Promise<void> => {
    const id = idOf(req);
    const name = `${resource.name}.delete`;
    await writing(req, contextOf(res, name), resource, id, async (send) => {
      const [removed, row] = await send({ name, text: resource.remove, values: [id] }, reading(resource, id));
      if (removed?.count === 0) throw single(row) === null ? notFound() : forbidden();
    });
    res.status(204).end();
  };
