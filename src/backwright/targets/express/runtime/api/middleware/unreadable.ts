import { randomUUID } from 'node:crypto';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { badRequest, Problem } from '../../services/business/problem.js';
import { log } from '../../services/external/log.js';
import { securityHeaders } from './headers.js';
import { problemJson } from './problems.js';

const PROBLEMS: Readonly<Record<string, Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: new Problem(408, 'request_timeout', 'The request did not arrive in time.'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: new Problem(413, 'too_large', 'The body is too large.'),
  HPE_HEADER_OVERFLOW: new Problem(431, 'headers_too_large', 'The headers are too large.'),
};
const malformed = badRequest('malformed_request', 'The request is not valid HTTP.');

/** Ends a connection with a last word; a client that does not close it as well is waited for a second (RFC 9112, 9.6). */
export function hangUp(socket: Duplex, word = ''): void {
  socket.on('error', () => socket.destroy());
  socket.end(word);
  setTimeout(() => socket.destroy(), 1_000).unref();
}

/** Answers what never became a request, because its bytes are not HTTP or came too slowly, and closes the connection. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex & { _httpMessage?: ServerResponse }): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket._httpMessage?.headersSent) {
    socket.destroy();
    return;
  }
  const problem = PROBLEMS[error.code ?? ''] ?? malformed;
  const requestId = randomUUID();
  log.info({ event: 'request.unreadable', requestId, status: problem.status, reason: error.code ?? problem.code });
  const body = problemJson(problem, requestId);
  const headers = {
    ...securityHeaders,
    'X-Request-Id': requestId,
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  hangUp(socket, `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${head.join('')}\r\n${body}`);
}
