import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';

interface Route {
  readonly path: string;
  readonly methods: Readonly<Record<string, boolean>>;
  dispatch(req: Request, res: Response, next: NextFunction): void;
}

interface Found {
  readonly route: Route;
  /** In the order of matching. */
  readonly place: number;
  /** The segments of the path that are parameters. */
  readonly parameters: readonly (readonly [name: string, at: number])[];
}

/** What may come next in a path. */
class Node {
  readonly literal = new Map<string, Node>();
  parameter: Node | undefined;
  readonly found = new Map<string, Found[]>();
}

/** Literal segments and whole parameters. */
const PLAIN = /^(\/([\w.~-]+|:\w+))+$/;

/**
 * The short way to what the routers declare: a path is found by its segments, not tried in turn. Other methods of a path are left to the
 * routers themselves, and so is everything where a path is not plain.
 */
export function dispatch(...routers: Router[]): RequestHandler {
  const rest = Router({ caseSensitive: true, strict: true });
  // One router, so that OPTIONS names the methods of all of them.
  rest.stack.push(...routers.flatMap(({ stack }) => stack));
  const routes = rest.stack.map(({ route }) => route as unknown as Route | undefined);
  const root = new Node();
  for (const [place, route] of routes.entries()) {
    if (!route || !PLAIN.test(route.path)) return mounted(rest);
    add(root, route, place);
  }
  return mounted((req, res, next) => {
    const segments = req.path.split('/');
    const found = find(root, segments, req.method);
    if (found.length > 0) call(found, segments, req, res, next);
    else if (exists(root, segments)) rest(req, res, next);
    else next();
  });
}

const mounted =
  (handler: RequestHandler): RequestHandler =>
  (req, res, next) => {
    res.locals.base = req.baseUrl;
    handler(req, res, next);
  };

function call([first, ...others]: readonly Found[], segments: string[], req: Request, res: Response, next: NextFunction): void {
  if (!first) {
    next();
    return;
  }
  req.params = Object.fromEntries(first.parameters.map(([name, at]) => [name, decodeURIComponent(segments[at] ?? '')]));
  first.route.dispatch(req, res, (error?: unknown) => (error ? next(error) : call(others, segments, req, res, next)));
}

function add(root: Node, route: Route, place: number): void {
  const segments = route.path.split('/');
  let node = root;
  for (const segment of segments) {
    const following = (segment.startsWith(':') ? node.parameter : node.literal.get(segment)) ?? new Node();
    if (segment.startsWith(':')) node.parameter = following;
    else node.literal.set(segment, following);
    node = following;
  }
  const parameters = segments.flatMap((segment, at) => (segment.startsWith(':') ? [[segment.slice(1), at] as const] : []));
  for (const method of methodsOf(route)) node.found.set(method, [...(node.found.get(method) ?? []), { route, place, parameters }]);
}

const methodsOf = ({ methods }: Route) => Object.keys(methods.get ? { ...methods, head: true } : methods).map((name) => name.toUpperCase());

function find(node: Node, segments: readonly string[], method: string, at = 0): readonly Found[] {
  const segment = segments[at];
  if (segment === undefined) return node.found.get(method) ?? NONE;
  const following = node.literal.get(segment);
  const literal = following ? find(following, segments, method, at + 1) : NONE;
  const parameter = node.parameter && segment !== '' ? find(node.parameter, segments, method, at + 1) : NONE;
  if (literal.length === 0 || parameter.length === 0) return literal.length === 0 ? parameter : literal;
  return [...literal, ...parameter].sort((one, other) => one.place - other.place);
}

function exists(node: Node, segments: readonly string[], at = 0): boolean {
  const segment = segments[at];
  if (segment === undefined) return node.found.size > 0;
  const following = [node.literal.get(segment), segment === '' ? undefined : node.parameter];
  return following.some((each) => each !== undefined && exists(each, segments, at + 1));
}

const NONE: readonly Found[] = [];
