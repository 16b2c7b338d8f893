import { hash } from 'node:crypto';
import { notFound, preconditionFailed, preconditionRequired } from '../business/problem.js';
import { contextStatement, type Transaction } from './database.js';
import { type Lockable, reading } from './resource.js';

/** The strong tag of an answer: 132 bits of its digest (RFC 9110, 8.8.3). */
export const tagOf = (json: string | Buffer): string => `"${hash('sha256', json, 'base64url').slice(0, 22)}"`;

const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

const tagsIn = (header: string): readonly string[] => header.match(TAG) ?? [];

const isAny = (header: string): boolean => header.trim() === '*';

/** Whether `If-None-Match` names the tag, compared weakly (RFC 9110, 13.1.2). */
export const isKnown = (header: string | undefined, tag: string): boolean =>
  header !== undefined && (isAny(header) || tagsIn(header).some((each) => each.replace(/^W\//, '') === tag));

/** Whether a write may go ahead whatever the row looks like. */
export const isUnconditional = ({ versioned }: Lockable, ifMatch: string | undefined): boolean =>
  ifMatch === undefined ? !versioned : isAny(ifMatch);

/** Runs `work` while the row, as the caller would read it now, has one of the tags of `If-Match`, compared strongly (RFC 9110, 13.1.1). */
export async function whileCurrent<T>(
  tx: Transaction,
  resource: Lockable,
  id: string,
  ifMatch: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const [locked, , found] = await tx.send(
    { name: `${resource.name}.lock`, text: resource.lock, values: [id] },
    contextStatement({ ...tx.context, operation: `${resource.name}.read` }),
    reading(resource, id),
    contextStatement(tx.context),
  );
  const json = found?.rows[0]?.[0];
  if (!json) throw notFound();
  if (ifMatch === undefined) throw preconditionRequired();
  if (!tagsIn(ifMatch).includes(tagOf(json))) throw preconditionFailed();
  const result = await work();
  // No policy let this caller write the row as it was: it has become another one since.
  if (locked?.rows.length === 0) throw preconditionFailed();
  return result;
}
