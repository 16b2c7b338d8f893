import { type BatchResult, completedBefore } from '../data/batch.js';
import type { Transaction } from '../data/database.js';
import { conflict, forbidden, invalid, notFound, Problem } from './problem.js';

type Rows = readonly (string | null)[][];

export interface Step {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Throws where the rows that the step selected say that the operation must not happen. */
  readonly refuse?: (rows: Rows) => void;
}

/** The call that a routine follows from: its id, and the ids of the rows that its operation has named. */
export interface Called {
  readonly id: string;
  readonly rows: Readonly<Record<string, string>>;
}

/** Somebody else has settled the call, and done what follows from it. */
export class Settled extends Error {
  override readonly name = 'Settled';
}

/** What a job has got to: a row, and who may go on with the run. */
export interface Turn {
  readonly row: string;
  readonly claim: string;
}

/** Somebody else goes on with the run. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** The row is no longer one that the job is for. */
export class Passed extends Error {
  override readonly name = 'Passed';
}

/** Sends all steps in one round trip and returns the JSON that the last one selects; any refusal rolls everything back. */
export async function perform(tx: Transaction, name: string, steps: readonly Step[]): Promise<string> {
  const statements = steps.map(({ text, values }, at) => ({ name: `${name} ${at}`, text, values }));
  const check = (results: readonly BatchResult[]) => {
    for (const [at, { rows }] of results.entries()) steps[at]?.refuse?.(rows);
  };
  const results = await tx.send(...statements).catch((error: unknown) => {
    check(completedBefore(error));
    throw error;
  });
  check(results);
  return results.at(-1)?.rows[0]?.[0] ?? 'null';
}

const faults = (rows: Rows, message: string) => rows.flatMap(([pointer]) => (pointer ? [{ pointer, message }] : []));

/** The step selected the pointers of references to rows that the caller cannot see. */
export function unknownReferences(rows: Rows): void {
  if (rows.length > 0) throw invalid(faults(rows, 'refers to nothing that you can see'));
}

/** The step selected something because the row in the path is not there or not visible. */
export function absent(rows: Rows): void {
  if (rows.length > 0) throw notFound();
}

/** The step selected what stands in the way. */
export const refuseAs =
  (status: number, code: string) =>
  (rows: Rows): void => {
    if (rows.length > 0) throw new Problem(status, code, `Refused: ${code.replaceAll('_', ' ')}.`, { faults: faults(rows, code) });
  };

/** The step selected something although the caller may not do this. */
export function denied(rows: Rows): void {
  if (rows.length > 0) throw forbidden();
}

/** The step selected whether the caller may move the row, and whether its state allows the move. */
export function unlessMovable(rows: Rows): void {
  const [allowed, movable] = rows[0] ?? [];
  if (allowed === undefined) throw notFound();
  if (allowed !== 't') throw forbidden();
  if (movable !== 't') throw conflict('wrong_state', 'The current state does not allow this.');
}

/** The step selected the row that it moved. */
export function unlessMoved(rows: Rows): void {
  if (rows.length === 0) throw conflict('wrong_state', 'The state has changed in the meantime.');
}

/** The step selected the call that it settled. */
export function unlessPending(rows: Rows): void {
  if (rows.length === 0) throw new Settled();
}

/** The step selected the job whose run it goes on with. */
export function unlessOvertaken(rows: Rows): void {
  if (rows.length === 0) throw new Overtaken();
}

/** The step selected something because the row has gone or changed. */
export function unlessPassed(rows: Rows): void {
  if (rows.length > 0) throw new Passed();
}
