import type { z } from 'zod';
import { type Fault, invalid } from '../../services/business/problem.js';

/** The body as the schema says; every fault at once, with its JSON pointer. */
export function validBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const result = schema.safeParse(body, { reportInput: true });
  if (!result.success) throw invalid(faultsOf(result.error, (path) => ({ pointer: pointer(path) })));
  return result.data;
}

/** Path or query parameters as the schema says; a repeated or unknown parameter is a fault. */
export function validParameters<T extends z.ZodType>(schema: T, parameters: unknown): z.output<T> {
  const result = schema.safeParse(parameters, { reportInput: true });
  if (!result.success) throw invalid(faultsOf(result.error, (path) => ({ parameter: path.join('.') })));
  return result.data;
}

type Path = PropertyKey[];
type Issue = z.core.$ZodIssue;

/** The first fault of each member. */
function faultsOf(error: z.core.$ZodError, at: (path: Path) => Omit<Fault, 'message'>): Fault[] {
  const found = new Map<string, Fault>();
  const add = (path: Path, message: string) => {
    const place = path.join('/');
    if (!found.has(place)) found.set(place, { ...at(path), message });
  };
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) add([...issue.path, key], 'is not known');
    else add(issue.path, message(issue));
  }
  return [...found.values()];
}

function message(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `is not of type ${issue.expected}`;
    case 'invalid_value':
      return `is none of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `is less than ${issue.minimum}`;
    case 'too_big':
      return `is more than ${issue.maximum}`;
    case 'custom':
      return issue.message;
    default:
      return 'has the wrong form';
  }
}

const pointer = (path: Path): string => path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
