import type { z } from 'zod';
import type { Statement } from './batch.js';

/** A collection as the database serves it. Every text selects the JSON of a row, ready to be sent. */
export interface Resource {
  readonly name: string;
  /** Whether everybody sees every row, and sees it alike. */
  readonly isPublic?: boolean;
  /** Whether every write must say which version of a row it means. */
  readonly versioned?: boolean;
  /** What the reads show besides the usual, as the names of their statements say it. */
  readonly additions?: readonly string[];
  /** `$1` is the id. */
  readonly read: string;
  readonly list: List;
  /** The row, then its parts; `$1` is the validated body, `$2` the new id. */
  readonly create?: readonly string[];
  /** `$1` is the id, `$2` the validated patch. */
  readonly update?: string;
  /** `$1` is the id. */
  readonly remove?: string;
  /** Selects the row if the caller may write it, and keeps others from doing so; `$1` is the id. */
  readonly lock?: string;
}

export type Lockable = Resource & { readonly lock: string };

export const reading = ({ name, read, additions }: Resource, id: string): Statement => ({
  name: additions ? nameOf(`${name}.read`, additions) : `${name}.read`,
  text: read,
  values: [id],
});

/** The name under which a statement is kept prepared; with several additions there are too many kinds of it. */
export const nameOf = (name: string, additions: readonly string[], ...rest: string[]): string =>
  additions.length > 1 ? '' : [name, ...additions, ...rest].join(' ');

export interface List {
  /** Up to `where`, without it; selects the JSON and, in place of `{key}`, the sort key. */
  readonly select: string;
  readonly id: string;
  readonly filters: Readonly<Record<string, Filter>>;
  readonly sorts: Readonly<Record<string, Sort>>;
}

export interface Filter {
  readonly schema: z.ZodType;
  /** A condition in which `?` stands for the value. */
  readonly where: string;
}

export interface Sort {
  readonly key: string;
  readonly type: string;
}
