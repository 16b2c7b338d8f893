import { z } from 'zod';
import type { Resource } from './resource.js';

/** A reference whose row can be shown beside its id. */
export interface Include {
  readonly resource: Resource;
  /** Where the id is. */
  readonly column: string;
}

/** By name: in a part with the dotted path to it. */
export type Includes = Readonly<Record<string, Include>>;

/** The names of some of the references, separated by commas. */
export const namesOf = (includes: Includes) => {
  const known = Object.keys(includes);
  return z
    .string()
    .transform((value) => value.split(','))
    .refine(
      (names) => names.every((name, at) => known.includes(name) && names.indexOf(name) === at),
      `is not made of ${known.join(', ')}, each at most once`,
    );
};

/** The collection as its reads show it with the rows of the named references. */
export function including(resource: Resource, includes: Includes = {}, names: readonly string[] = []): Resource {
  if (names.length === 0) return resource;
  const wanted = Object.entries(includes).filter(([name]) => names.includes(name));
  // The last one first: what is put in may have the lines of those before it.
  const widened = (text: string) => wanted.reduceRight((sql, [name, include]) => withRow(sql, name, include), text);
  return {
    ...resource,
    isPublic: [resource, ...wanted.map(([, include]) => include.resource)].every((each) => each.isPublic),
    additions: wanted.map(([name]) => `+${name}`),
    read: widened(resource.read),
    list: { ...resource.list, select: widened(resource.list.select) },
  };
}

/** Puts the row behind the member that shows its id. */
function withRow(sql: string, name: string, { resource, column }: Include): string {
  const member = name.slice(name.lastIndexOf('.') + 1);
  // The column is named where no table hides its own: a row may refer to one of the same table.
  const row = `(select (${resource.read.replace(/\$1$/, '_wanted.id')}) from (values (${column})) as _wanted (id))`;
  return sql.replace(` ${column} as "${member}Id"`, (id) => `${id},\n  ${row} as "${member}"`);
}
