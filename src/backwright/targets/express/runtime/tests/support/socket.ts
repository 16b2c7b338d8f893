import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A bare connection to a server, for what no HTTP client would send. */
export async function open(origin: string): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  return socket;
}

/** Everything that the server says until it closes the connection. */
export async function rest(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}
