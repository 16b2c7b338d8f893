import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A mail server that keeps what it is given (RFC 5321), on a free port. */
export class Smtp {
  /** Whole messages with their headers, lines of the text joined again. */
  readonly messages: string[] = [];
  /** What happens to the next message; then all is well again. */
  next: 'kept' | 'refused' | 'unanswered' = 'kept';
  #held: () => void = () => undefined;
  readonly #server = createServer((socket) => void this.#converse(socket)).listen(0, '127.0.0.1');

  static async open(): Promise<Smtp> {
    const smtp = new Smtp();
    await once(smtp.#server, 'listening');
    return smtp;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Leaves the next message without an answer; resolves when it has come. */
  hold(): Promise<void> {
    this.next = 'unanswered';
    return new Promise((resolve) => {
      this.#held = resolve;
    });
  }

  close(): void {
    this.#server.close();
  }

  /** The messages to an address. */
  to(address: string): string[] {
    return this.messages.filter((message) => message.includes(`\nTo: ${address}\n`));
  }

  async #converse(socket: Socket): Promise<void> {
    const say = (line: string) => socket.write(`${line}\r\n`);
    socket.on('error', () => undefined);
    say('220 mail.example');
    let message: string[] | null = null;
    for await (const line of createInterface({ input: socket })) {
      if (message === null) {
        if (line === 'DATA') message = [];
        say(line === 'DATA' ? '354 go on' : '250 well');
      } else if (line === '.') {
        const answer = this.#taken(message.join('\n'));
        if (answer) say(answer);
        message = null;
      } else message.push(line);
    }
  }

  #taken(message: string): string | null {
    const { next } = this;
    this.next = 'kept';
    if (next === 'refused') return '451 not now';
    if (next === 'unanswered') {
      this.#held();
      return null;
    }
    const [head = '', ...body] = message.split('\n\n');
    this.messages.push(`${head}\n\n${body.join('\n\n').replaceAll('=\n', '').replaceAll('=3D', '=')}`);
    return '250 kept';
  }
}
