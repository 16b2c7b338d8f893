import type { NextFunction, Request, Response } from 'express';
import { settings } from '../../config/settings.js';
import { badRequest, Problem } from '../../services/business/problem.js';
import { parseJson } from './json.js';

const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a JSON body into `res.locals.body`; a body has no meaning with GET and HEAD (RFC 9110, 9.3.1). */
export async function readBody(req: Request, res: Response, next: NextFunction): Promise<void> {
  const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
  if (hasBody && req.method !== 'GET' && req.method !== 'HEAD') res.locals.body = await parseBody(req);
  next();
}

async function parseBody(req: Request): Promise<unknown> {
  if (!JSON_TYPE.test(req.headers['content-type'] ?? '')) {
    throw new Problem(415, 'unsupported_media_type', 'Send application/json in UTF-8.');
  }
  if ((req.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new Problem(415, 'unsupported_media_type', 'Send the body without a content encoding.');
  }
  const bytes = await readBytes(req);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw badRequest('malformed_json', 'The body is not valid UTF-8.');
  }
  return withoutPrototypes(parseJson(text));
}

/** A member is there only if the body gives it, also one called `toString`. */
function withoutPrototypes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) Object.setPrototypeOf(value, null);
  for (const inner of Object.values(value)) withoutPrototypes(inner);
  return value;
}

function readBytes(req: Request): Promise<Buffer> {
  const tooLarge = () => new Problem(413, 'too_large', 'The body is too large.');
  if (Number(req.headers['content-length'] ?? 0) > settings.bodyLimitBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > settings.bodyLimitBytes) {
        req.removeAllListeners('data').resume();
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    req.on('end', () => resolve(Buffer.concat(chunks)));
    req.on('aborted', () => reject(badRequest('incomplete_body', 'The body ended early.')));
    req.on('error', reject);
  });
}
