/**
 * A row as the server sent it. The driver makes a string of every value as soon as it comes; here the bytes are handed
 * on, so that a column in binary form can be read at all, and the driver's own readers still find strings.
 */
import type pg from "pg";
import { Parser } from "pg-protocol/dist/parser.js";

/** Good only while it is handled: the bytes lie in what the socket filled. */
export class RowBytes {
  readonly name = "dataRow";
  readonly length: number;
  readonly bytes: Buffer;
  readonly #at: number;

  constructor(bytes: Buffer, at: number, length: number) {
    this.bytes = bytes;
    this.#at = at;
    this.length = length;
  }

  /** Calls `visit` for each column with where its value lies; a length below 0 is null. */
  each(visit: (column: number, at: number, length: number) => void): void {
    const count = this.bytes.readInt16BE(this.#at);
    let at = this.#at + 2;
    for (let column = 0; column < count; column++) {
      const length = this.bytes.readInt32BE(at);
      at += 4;
      visit(column, at, length);
      if (length > 0) at += length;
    }
  }

  /** As the driver has them. */
  get fields(): (string | null)[] {
    const fields: (string | null)[] = [];
    this.each((column, at, length) => {
      fields[column] = length < 0 ? null : this.bytes.toString("utf8", at, at + length);
    });
    return fields;
  }
}

const DATA_ROW = 0x44;

/** What of the driver is used here, and kept out of its published types. */
interface Message {
  readonly name: string;
}
interface Framing {
  parse(chunk: Buffer, handle: (message: Message) => void): void;
  handlePacket(at: number, code: number, length: number, bytes: Buffer): Message;
}
interface Connection {
  attachListeners(stream: { on(event: "data", listener: (chunk: Buffer) => void): unknown }): void;
  emit(event: string, message: Message): boolean;
}

/** Before the client connects. */
export function receiveRowBytes(client: pg.Client): void {
  const connection = (client as unknown as { readonly connection: Connection }).connection;
  connection.attachListeners = (stream) => {
    const framing = new Parser() as unknown as Framing;
    const others = framing.handlePacket.bind(framing);
    framing.handlePacket = (at, code, length, bytes) =>
      code === DATA_ROW ? new RowBytes(bytes, at, length) : others(at, code, length, bytes);
    const handle = (message: Message): void => {
      connection.emit(message.name === "error" ? "errorMessage" : message.name, message);
    };
    stream.on("data", (chunk) => framing.parse(chunk, handle));
  };
}
