/** What is wrong with one value: `pointer` (RFC 6901) into the body, or the name of a path or query parameter. */
export interface Fault {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly message: string;
}

interface Extra {
  readonly faults?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly aside?: Aside;
}

/** What the log is told and the caller is not. */
export interface Aside {
  readonly reason: string;
  readonly userId?: string | null | undefined;
}

/** A refusal with its HTTP status and stable word; becomes a problem document (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;
  readonly aside: Aside;

  constructor(status: number, code: string, detail: string, extra: Extra = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.faults = extra.faults ?? [];
    this.headers = extra.headers ?? {};
    this.aside = extra.aside ?? { reason: code };
  }
}

export const badRequest = (code: string, detail: string) => new Problem(400, code, detail);
export const unauthenticated = (detail = 'A valid access token is needed.', aside?: Aside) =>
  new Problem(401, 'unauthenticated', detail, { headers: { 'WWW-Authenticate': 'Bearer' }, ...(aside && { aside }) });
export const invalidToken = () =>
  new Problem(401, 'unauthenticated', 'The access token is not valid.', {
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
    aside: { reason: 'token_invalid' },
  });
export const forbidden = () => new Problem(403, 'forbidden', 'You may not do this.');
export const notFound = () => new Problem(404, 'not_found', 'There is nothing here that you can see.');
export const invalid = (faults: readonly Fault[]) => new Problem(422, 'invalid', 'The request is not valid.', { faults });
export const tokenInvalid = () => new Problem(422, 'token_invalid', 'The token is not valid, has been used, or has expired.');
export const conflict = (code: string, detail: string, faults: readonly Fault[] = []) => new Problem(409, code, detail, { faults });
export const preconditionFailed = () => new Problem(412, 'precondition_failed', 'This is not the version that is there now.');
export const preconditionRequired = () =>
  new Problem(428, 'precondition_required', 'Send If-Match with the ETag of the version that you mean.');
export const rateLimited = (seconds: number) =>
  new Problem(429, 'rate_limited', 'There were too many requests.', { headers: { 'Retry-After': String(seconds) } });
export const unavailable = () =>
  new Problem(503, 'unavailable', 'The service cannot answer right now.', { headers: { 'Retry-After': '1' } });
