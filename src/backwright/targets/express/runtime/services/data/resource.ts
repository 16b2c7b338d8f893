import type { z } from 'zod';

/** A collection as the database serves it. Every text selects the JSON of a row, ready to be sent. */
export interface Resource {
  readonly name: string;
  /** `$1` is the id. */
  readonly read: string;
  readonly list: List;
  /** The row, then its parts; `$1` is the validated body, `$2` the new id. */
  readonly create?: readonly string[];
  /** `$1` is the id, `$2` the validated patch. */
  readonly update?: string;
  /** `$1` is the id. */
  readonly remove?: string;
}

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
