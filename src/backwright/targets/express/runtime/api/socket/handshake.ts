import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import express, { type Request, type Response } from 'express';
import { WebSocketServer } from 'ws';
import { socketLimits, socketPath } from '../../config/channels.js';
import { socketCount } from '../../config/metrics.js';
import { settings } from '../../config/settings.js';
import { sockets } from '../../config/sockets.js';
import { badRequest, Problem, unauthenticated, unavailable } from '../../services/business/problem.js';
import { gauge } from '../../services/observability/metrics.js';
import { hub } from '../../services/realtime/hub.js';
import { redeemTicket } from '../../services/realtime/tickets.js';
import { network } from '../../services/security/address.js';
import { refuseRepeated, setHeaders } from '../middleware/headers.js';
import { charge } from '../middleware/limits.js';
import { answerProblem } from '../middleware/problems.js';
import { logRequests } from '../middleware/request-log.js';
import { hangUp, refuseUnreadable } from '../middleware/unreadable.js';
import { Peer } from './peer.js';

const upgrading = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  maxPayload: socketLimits.messageBytes,
  perMessageDeflate: false,
});
const origins = new Set(settings.corsOrigins);
const open = new Map<string, number>();
let total = 0;
let stopping = false;
gauge(socketCount, () => [[total]]);

const isHandshake = ({ method, url, headers }: IncomingMessage) =>
  method === 'GET' && url?.split('?', 1)[0] === socketPath && headers.upgrade?.toLowerCase() === 'websocket';

const handshakes = express()
  .disable('x-powered-by')
  .set('query parser', 'simple')
  .use(logRequests, setHeaders, refuseRepeated, accept, answerProblem);

/** Opens sockets for those who bring a ticket. What asks for another protocol stays an ordinary request. */
export function acceptSockets(server: Server): void {
  Object.assign(server, { shouldUpgradeCallback: isHandshake });
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isHandshake(req)) {
      refuseUnreadable(new Error('no such protocol'), socket);
      return;
    }
    if (head.length > 0) socket.unshift(head);
    socket.on('error', ignored);
    const res = new ServerResponse(req);
    res.shouldKeepAlive = false;
    res.assignSocket(socket as Socket);
    res.on('finish', () => hangUp(socket));
    handshakes(req, res);
  });
}

/** Opens no more sockets, and closes those that are open. */
export function closeSockets(): void {
  stopping = true;
  hub.stop();
}

const ignored = () => undefined;
const foreign = () => new Problem(403, 'origin_not_allowed', 'Pages of this origin may not open sockets.');

async function accept(req: Request, res: Response): Promise<void> {
  const { origin } = req.headers;
  if (origin !== undefined && !origins.has(origin)) throw foreign();
  if (req.headers['sec-websocket-version'] !== '13') throw badRequest('malformed_request', 'The handshake is not that of RFC 6455.');
  const { ticket } = req.query;
  const caller = typeof ticket === 'string' ? await redeemTicket(ticket) : null;
  if (!caller) {
    await charge(res);
    throw unauthenticated('A ticket is needed that was made just now and has not been used.');
  }
  res.locals.caller = caller;
  const places = [`account ${caller.userId}`, `address ${network(res.locals.address)}`] as const;
  refuseMore(...places);
  // Asked last: whoever is still on the way when the others are told to go must not stay.
  if (stopping) throw unavailable();
  const { requestId } = res.locals;
  const { socket } = req;
  res.detachSocket(socket);
  socket.off('error', ignored);
  upgrading.handleUpgrade(req, socket, Buffer.alloc(0), (webSocket) => {
    count(places, 1);
    webSocket.once('close', () => count(places, -1));
    new Peer(webSocket, caller, requestId);
  });
  // The answer went past this response, whose end is waited for all the same.
  res.status(101).end();
  res.emit('close');
}

function refuseMore(account: string, address: string): void {
  const isFull = (open.get(account) ?? 0) >= sockets.perAccount || (open.get(address) ?? 0) >= sockets.perAddress;
  if (isFull) throw new Problem(429, 'too_many_sockets', 'There are too many open sockets.', { headers: { 'Retry-After': '60' } });
}

function count(places: readonly string[], by: number): void {
  total += by;
  for (const place of places) {
    const left = (open.get(place) ?? 0) + by;
    if (left > 0) open.set(place, left);
    else open.delete(place);
  }
}
