import { type RawData, WebSocket } from 'ws';
import { socketLimits } from '../../config/channels.js';
import { socketMessages } from '../../config/metrics.js';
import { log } from '../../services/external/log.js';
import { counter } from '../../services/observability/metrics.js';
import type { Address } from '../../services/realtime/addresses.js';
import { hub, type Subscriber } from '../../services/realtime/hub.js';
import type { SessionCaller } from '../../services/security/caller.js';
import { readMessage } from './messages.js';

/** Who has been told to go gets so long to say goodbye. */
const GOODBYE_MS = 2_000;

const counted = counter(socketMessages);

/** One open socket. */
export class Peer implements Subscriber {
  caller: SessionCaller;
  readonly addresses = new Map<string, Address>();
  readonly #socket: WebSocket;
  readonly #pinging: NodeJS.Timeout;
  #isAlive = true;
  #turn: Promise<void> = Promise.resolve();
  #credit: number = socketLimits.burst;
  #creditedAt = performance.now();

  constructor(socket: WebSocket, caller: SessionCaller, requestId: string) {
    const opened = performance.now();
    this.caller = caller;
    this.#socket = socket;
    this.#pinging = setInterval(() => this.#ping(), socketLimits.pingSeconds * 1000);
    socket
      .on('message', (data, isBinary) => this.#receive(data, isBinary))
      .on('ping', () => this.#isAdmitted())
      .on('pong', () => {
        this.#isAlive = true;
      })
      // What was wrong is told by the code with which it closes.
      .on('error', () => undefined)
      .on('close', (code) => {
        clearInterval(this.#pinging);
        hub.leave(this);
        const milliseconds = Math.round(performance.now() - opened);
        log.info({ event: 'socket.closed', requestId, userId: caller.userId, code, milliseconds });
      });
    hub.join(this);
  }

  tell(message: object | string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    if (this.#socket.bufferedAmount + Buffer.byteLength(text) > socketLimits.waitingBytes) {
      this.end(1013, 'too_slow');
      return;
    }
    counted('sent');
    this.#socket.send(text);
  }

  end(code: number, reason: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), GOODBYE_MS).unref();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#socket.readyState !== WebSocket.OPEN || !this.#isAdmitted()) return;
    counted('received');
    if (isBinary) {
      this.end(1003, 'binary');
      return;
    }
    const message = readMessage(String(data));
    // One after another: nobody has more than one of them waiting at the hub.
    this.#turn = this.#turn.then(async () => {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      if (message.type === 'invalid') this.tell({ type: 'error', id: message.id, code: 'invalid_message' });
      else await hub[message.type](this, message);
    });
  }

  /** So many at once, and so many a second after that. */
  #isAdmitted(): boolean {
    const now = performance.now();
    const earned = ((now - this.#creditedAt) / 1000) * socketLimits.messagesPerSecond;
    this.#credit = Math.min(socketLimits.burst, this.#credit + earned) - 1;
    this.#creditedAt = now;
    if (this.#credit < 0) this.end(1008, 'too_many_messages');
    return this.#credit >= 0;
  }

  #ping(): void {
    if (!this.#isAlive) this.#socket.terminate();
    this.#isAlive = false;
    this.#socket.ping();
  }
}
