import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { connections } from './batch.js';
import { context, listOrders, placeOrder, readProduct } from './statements.js';
import { claimsOf } from './token.js';

const read = await connections(4);
const write = await connections(10);

function send(res, status, json = '') {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) });
  res.end(json);
}

function showProduct(res, claims, id) {
  read([context(claims.sub, claims.role, 'products.read'), readProduct(id)], (error, results) => {
    const json = results?.[1][0]?.[0];
    send(res, error ? 500 : json ? 200 : 404, json);
  });
}

function showOrders(res, claims, limit) {
  read([context(claims.sub, claims.role, 'orders.list'), listOrders(String(limit + 1))], (error, results) => {
    if (error) return send(res, 500);
    const rows = results[1];
    const shown = rows.slice(0, limit);
    const next = rows.length > limit ? `"${shown.at(-1)[1]}"` : 'null';
    send(res, 200, `{"items":[${shown.map(([json]) => json).join(',')}],"nextCursor":${next}}`);
  });
}

function createOrder(res, claims, input) {
  write([context(claims.sub, claims.role, 'placeOrder'), ...placeOrder(input, uuidv7())], (error, results) => {
    if (error) send(res, error.code?.startsWith('23') ? 409 : 500);
    else send(res, 201, results[5][0][0]);
  });
}

function uuidv7() {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const server = createServer((req, res) => {
  if (req.url === '/readyz') return send(res, 200);
  const claims = claimsOf(req.headers.authorization);
  if (!claims) return send(res, 401);
  if (req.method === 'POST' && req.url === '/v1/orders') {
    let body = '';
    req.setEncoding('utf8').on('data', (chunk) => (body += chunk)).on('end', () => createOrder(res, claims, body));
  } else if (req.url.startsWith('/v1/products/')) showProduct(res, claims, req.url.slice('/v1/products/'.length));
  else if (req.url.startsWith('/v1/orders?limit=')) showOrders(res, claims, Number(req.url.slice('/v1/orders?limit='.length)));
  else send(res, 404);
});
server.listen(Number(process.env.PORT), '127.0.0.1');
