import { Problem } from '../../services/business/problem.js';

const MAX_DEPTH = 32;

const malformed = (detail: string) => new Problem(400, 'malformed_json', detail);

/**
 * JSON as RFC 8259 means it, and stricter where parsers disagree: no duplicate names (section 4), no lone surrogates
 * (section 8.2), at most 32 levels.
 */
export function parseJson(text: string): unknown {
  checkDepth(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('The body is not valid JSON.');
  }
  checkNames(text);
  if (/\\u[dD][89a-fA-F]/.test(text)) checkSurrogates(value);
  return value;
}

function checkDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (quoted) {
      if (char === 92) at += 1;
      else if (char === 34) quoted = false;
    } else if (char === 34) quoted = true;
    else if (char === 123 || char === 91) {
      depth += 1;
      if (depth > MAX_DEPTH) throw malformed(`The body is nested deeper than ${MAX_DEPTH} levels.`);
    } else if (char === 125 || char === 93) depth -= 1;
  }
}

/** Assumes valid JSON: a string before a colon is a name. */
function checkNames(text: string): void {
  const open: (Set<string> | null)[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[{}[\]]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const name = JSON.parse(token.slice(0, -1).trimEnd()) as string;
      const names = open.at(-1);
      if (names?.has(name)) throw malformed('The body gives one name twice in an object.');
      names?.add(name);
    }
  }
}

function checkSurrogates(value: unknown): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw malformed('The body holds half of a surrogate pair.');
  } else if (value !== null && typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      checkSurrogates(name);
      checkSurrogates(inner);
    }
  }
}
