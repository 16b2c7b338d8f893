import pg from 'pg';
import { uniqueMembers } from '../../database/models/constraints.js';
import { conflict, forbidden, invalid, Problem, unavailable } from '../business/problem.js';
import { Unreachable } from './batch.js';

const TRANSIENT = /^(08(?!P01)|53|55P03|57|58|40001|40P01|25006|25P0[34])/;

/** What a database error means to the caller (PostgreSQL, Appendix A); anything unknown is passed on as it is. */
export function translated(error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof Unreachable) return unavailable();
  if (!(error instanceof pg.DatabaseError)) return error;
  const code = error.code ?? '';
  switch (code) {
    case '23505':
      return conflict('already_exists', 'Another row has this value already.', takenMembers(error.constraint));
    case '23503':
      return error.column
        ? invalid([{ pointer: `/${error.column}`, message: 'refers to nothing that you can see' }])
        : conflict('in_use', 'Other rows still refer to this one.');
    case '23514':
      return invalid([{ pointer: '', message: `breaks the rule ${error.constraint ?? ''}`.trim() }]);
    case '22003':
      return invalid([{ pointer: '', message: 'a number is out of range' }]);
    case '42501':
      return forbidden();
    default:
      return TRANSIENT.test(code) ? unavailable() : error;
  }
}

/** A new row names a row that is not there; where nobody may see such rows, only the foreign key can tell. */
export function refuseUnknownReference(error: unknown): never {
  const unknown = error instanceof pg.DatabaseError && error.code === '23503' && !error.column;
  throw unknown ? invalid([{ pointer: '', message: 'refers to nothing that is there' }]) : error;
}

/** By the index: PostgreSQL keeps the key itself to itself where row-level security is on. */
function takenMembers(index: string | undefined) {
  return (uniqueMembers[index ?? ''] ?? []).map((pointer) => ({ pointer, message: 'is taken' }));
}
