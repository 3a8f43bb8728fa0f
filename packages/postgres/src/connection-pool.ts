/**
 * The driver's pool, with a shelf in front of it: handing a connection out of the pool and taking it back sets two timers
 * and waits a turn of the loop, which is as dear as a short statement. A connection that was given back lies on the shelf
 * for a moment, and who needs one takes it from there at once.
 *
 * INVARIANT: nobody waits for a connection that lies on the shelf. Who asks the pool itself finds the shelf put back, and
 * while somebody waits nothing is put on it.
 */
import pg from "pg";
import { receivingSocket } from "./receiving-socket.ts";
import { readDriverError } from "./sql-error.ts";
import { prepareForGroups } from "./statement-group.ts";

const ACQUIRE_TIMEOUT_MS = 10_000;
const SHELF_MS = 1_000;

type Handed = (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void;

export class ConnectionPool extends pg.Pool {
  readonly #shelf: pg.PoolClient[] = [];
  readonly #broken = new WeakSet<pg.PoolClient>();
  #clearing: NodeJS.Timeout | undefined;

  constructor(settings: pg.PoolConfig) {
    super({
      application_name: "ward",
      connectionTimeoutMillis: ACQUIRE_TIMEOUT_MS,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      Client: GroupClient,
      ...(settings.ssl ? {} : { stream: receivingSocket }),
      ...settings,
    });
    // Without these listeners a connection that breaks while nobody uses it would end the process. The pool drops it.
    this.on("error", () => undefined);
    this.on("connect", (client) => client.on("error", () => this.#drop(client)));
  }

  /** One from the shelf. */
  take(): pg.PoolClient | undefined {
    return this.#shelf.pop();
  }

  /** One from the shelf or the pool. The caller gives it back. */
  async acquire(): Promise<pg.PoolClient> {
    const client = this.take();
    if (client !== undefined) return client;
    try {
      return await this.connect();
    } catch (error) {
      throw readDriverError(error);
    }
  }

  giveBack(client: pg.PoolClient, isBroken: boolean): void {
    const isLost = isBroken || this.#broken.has(client);
    if (isLost || this.ending || this.waitingCount > 0) {
      client.release(isLost);
      return;
    }
    this.#shelf.push(client);
    this.#clearing ??= setTimeout(() => {
      this.#clearing = undefined;
      this.#clearShelf();
    }, SHELF_MS).unref();
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(handed: Handed): void;
  override connect(handed?: Handed): Promise<pg.PoolClient> | void {
    this.#clearShelf();
    return handed === undefined ? super.connect() : super.connect(handed);
  }

  override end(): Promise<void>;
  override end(ended: () => void): void;
  override end(ended?: () => void): Promise<void> | void {
    clearTimeout(this.#clearing);
    this.#clearShelf();
    return ended === undefined ? super.end() : super.end(ended);
  }

  #clearShelf(): void {
    for (const client of this.#shelf.splice(0)) client.release();
  }

  /** One that is in use is given back later. */
  #drop(client: pg.PoolClient): void {
    this.#broken.add(client);
    const place = this.#shelf.indexOf(client);
    if (place < 0) return;
    this.#shelf.splice(place, 1);
    client.release(true);
  }
}

class GroupClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    prepareForGroups(this);
  }
}
