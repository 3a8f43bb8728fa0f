/**
 * A socket that fills one buffer again and again. A stream makes a new one of 64 kB for each piece that comes, copies it
 * to its size and queues it, which took a third of what reading a search's rows costs. Not for TLS, which reads the socket
 * by itself.
 */
import { Socket } from "node:net";
import type { MessageReader } from "./message-reader.ts";

const CAPACITY = 65_536;

const readers = new WeakMap<object, MessageReader>();

export function receivingSocket(): Socket {
  const socket: Socket = new Socket({
    onread: {
      buffer: Buffer.allocUnsafeSlow(CAPACITY),
      callback: (size, bytes) => {
        readers.get(socket)?.take(bytes as Buffer, size);
        return true;
      },
    },
  });
  return socket;
}

/** Whatever `stream` receives goes to the reader: one of ours hands it over itself, any other has it as data. */
export function receive(stream: NodeJS.ReadableStream, reader: MessageReader): void {
  readers.set(stream, reader);
  stream.on("data", (chunk: Buffer) => reader.take(chunk, chunk.length));
}
