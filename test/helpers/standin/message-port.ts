/**
 * `MessageChannelMain`: two ports; one of them may be transferred to a page.
 */
import { EventEmitter } from 'node:events';

let lastId = 0;

/** Where a transferred port leads. */
export interface Relay {
  post(data: unknown): void;
  close(): void;
}

export class MessagePortMain extends EventEmitter {
  readonly id = (lastId += 1);
  #peer: MessagePortMain | null = null;
  #relay: Relay | null = null;
  #isStarted = false;
  #isClosed = false;
  readonly #waiting: unknown[] = [];

  static pair(): [MessagePortMain, MessagePortMain] {
    const ports: [MessagePortMain, MessagePortMain] = [
      new MessagePortMain(),
      new MessagePortMain(),
    ];
    ports[0].#peer = ports[1];
    ports[1].#peer = ports[0];
    return ports;
  }

  start(): void {
    this.#isStarted = true;
    for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] });
  }

  postMessage(data: unknown): void {
    const copy: unknown = structuredClone(data);
    setImmediate(() => this.#peer?.receive(copy));
  }

  /** A message of the other end: given to our listeners, or on to where this port was transferred. */
  receive(data: unknown): void {
    if (this.#isClosed) return;
    if (this.#relay !== null) this.#relay.post(data);
    else if (this.#isStarted) this.emit('message', { data, ports: [] });
    else this.#waiting.push(data);
  }

  /** Hands this port over. What the new owner sends is given to `fromOwner`. */
  transfer(relay: Relay): { fromOwner(data: unknown): void; ownerClosed(): void } {
    this.#relay = relay;
    return {
      fromOwner: (data) => this.#peer?.receive(data),
      ownerClosed: () => this.#peer?.end(),
    };
  }

  close(): void {
    const peer = this.#peer;
    this.end();
    setImmediate(() => peer?.end());
  }

  end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#relay?.close();
    this.emit('close');
  }
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;

  constructor() {
    [this.port1, this.port2] = MessagePortMain.pair();
  }
}
