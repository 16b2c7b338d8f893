import type { Request, RequestHandler, Response } from 'express';
import { cacheBytes } from '../../config/cache.js';
import { notFound } from '../../services/business/problem.js';
import { type Answer, cache } from '../../services/data/cache.js';
import { type Context, read } from '../../services/data/database.js';
import type { Includes } from '../../services/data/includes.js';
import { listParameters, pageJson, pageOf, refuseMadeUp } from '../../services/data/list.js';
import { type Resource, reading } from '../../services/data/resource.js';
import { tagOf } from '../../services/data/version.js';
import { validParameters } from '../middleware/validation.js';
import { idOf, list, sendRead, show, single } from './resource.js';

/** What is kept for everybody is read as nobody. */
const nobody = (operation: string): Context => ({ userId: null, role: null, operation });

function answerOf(text: string): Answer {
  const json = Buffer.from(text);
  return { json, tag: tagOf(json) };
}

/** As `list`, with pages that are kept for so many seconds. */
export function keptList(resource: Resource, seconds: number, includes?: Includes): RequestHandler {
  const unkept = list(resource, includes);
  if (cacheBytes === 0) return unkept;
  const parameters = listParameters(resource);
  const known = new Set(['limit', 'cursor', 'sort', ...Object.keys(resource.list.filters)]);
  return async (req: Request, res: Response): Promise<void> => {
    if (!Object.keys(req.query).every((name) => known.has(name))) return unkept(req, res);
    const page = pageOf(resource, validParameters(parameters, req.query));
    const { name, text, values } = page.statement;
    const key = JSON.stringify([name || text, page.sort, ...values.map(String)]);
    const work = async () => {
      const [result] = await read(nobody(`${resource.name}.list`), page.statement);
      return answerOf(pageJson(page, result?.rows ?? []));
    };
    const answer = cache.answer(resource.name, key, seconds, work);
    const { json, tag } = await (req.query.cursor === undefined ? answer : answer.catch(refuseMadeUp));
    sendRead(req, res, resource, json, tag);
  };
}

/** As `show`, with rows that are kept for so many seconds. */
export function keptRow(resource: Resource, seconds: number, includes?: Includes): RequestHandler {
  const unkept = show(resource, includes);
  if (cacheBytes === 0) return unkept;
  return async (req: Request, res: Response): Promise<void> => {
    if (Object.keys(req.query).length > 0) return unkept(req, res);
    const statement = reading(resource, idOf(req));
    const work = async () => {
      const [result] = await read(nobody(statement.name), statement);
      const json = single(result);
      if (json === null) throw notFound();
      return answerOf(json);
    };
    const { json, tag } = await cache.answer(resource.name, `${statement.name} ${statement.values[0]}`, seconds, work);
    sendRead(req, res, resource, json, tag);
  };
}
