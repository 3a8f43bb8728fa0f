/**
 * What the server answers, told to whom it concerns as it lies in the bytes. The driver makes an object of each message,
 * and a string of each value in it, before it looks for who asked; here a group of statements is told of its rows
 * directly, and the driver of all the rest.
 */
import type pg from "pg";
import { Parser } from "pg-protocol/dist/parser.js";
import { MessageReader } from "./message-reader.ts";
import { receive } from "./receiving-socket.ts";

/** Who is told. Bytes are good only while they are told of. */
export interface Answered {
  /** The parameters' types of the statement under way: how many, then each. */
  parameters(bytes: Buffer, at: number): void;
  /** The statement under way answers no rows. */
  noRows(): void;
  row(bytes: Buffer, at: number): void;
  /** The statement under way is done: its command, ended by a zero. */
  complete(bytes: Buffer, at: number): void;
}

/** Before the client connects. What it gives takes who is told until the next `undefined`. */
export function tellAnswers(client: pg.Client): (answered: Answered | undefined) => void {
  const connection = (client as unknown as { readonly connection: Connection }).connection;
  const others = new Parser() as unknown as DriverParser;
  let answered: Answered | undefined;
  const reader = new MessageReader((at, code, length, bytes) => {
    if (answered !== undefined && tell(answered, at, code, bytes)) return;
    const message = others.handlePacket(at, code, length, bytes);
    connection.emit(message.name === "error" ? "errorMessage" : message.name, message);
  });
  connection.attachListeners = (stream) => receive(stream, reader);
  return (next) => {
    answered = next;
  };
}

/** What of the driver is used here, and kept out of its published types. */
interface Message {
  readonly name: string;
}
interface DriverParser {
  handlePacket(at: number, code: number, length: number, bytes: Buffer): Message;
}
interface Connection {
  attachListeners(stream: NodeJS.ReadableStream): void;
  emit(event: string, message: Message): boolean;
}

const PARSE_COMPLETE = 0x31;
const BIND_COMPLETE = 0x32;
const CLOSE_COMPLETE = 0x33;
const COMMAND_COMPLETE = 0x43;
const DATA_ROW = 0x44;
const NO_DATA = 0x6e;
const PARAMETER_DESCRIPTION = 0x74;

/** Answers whether that was all: descriptions of rows, errors and the end of a group go the driver's way. */
function tell(answered: Answered, at: number, code: number, bytes: Buffer): boolean {
  switch (code) {
    case DATA_ROW:
      answered.row(bytes, at);
      return true;
    case BIND_COMPLETE:
    case PARSE_COMPLETE:
    case CLOSE_COMPLETE:
      return true;
    case COMMAND_COMPLETE:
      answered.complete(bytes, at);
      return true;
    case PARAMETER_DESCRIPTION:
      answered.parameters(bytes, at);
      return true;
    case NO_DATA:
      answered.noRows();
      return true;
    default:
      return false;
  }
}
