/**
 * Statements that go to the server in one round trip: one write, one `Sync` at the end (PostgreSQL protocol §54.2.3).
 *
 * INVARIANT: where one of them fails, the server skips the ones behind it until the `Sync`. So a statement behind a
 * `BEGIN` never runs outside the transaction, and a `COMMIT` never follows a statement that failed. One whose values
 * cannot be written is not sent, nor what stands behind it.
 *
 * A named statement is parsed and described once per connection: the driver describes at each execution, which costs both
 * sides about as much as a small statement's execution does. Once described, its parameters go in binary form, and its
 * columns are asked for in it where every one of them can be read so.
 */
import type pg from "pg";
import { tellAnswers, type Answered } from "./answers.ts";
import { binaryWriterOf, type WriteBinary, writeParameter } from "./binary-parameters.ts";
import { MessageWriter } from "./message-writer.ts";
import { type Field, RowReader } from "./row-reader.ts";
import { SqlError } from "./sql-error.ts";

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Prepared under this name once per connection. */
  readonly name: string | undefined;
}

export type Rows = readonly unknown[];

export interface GroupAnswer {
  /** By statement. */
  readonly rows: readonly Rows[];
  /** Of the last statement: `INSERT 0 1`, `COMMIT`, `ROLLBACK`, … */
  readonly command: string;
}

/** Rejects with the first failure; `failedAt` then tells which statement's it was. */
export async function runGroup(client: pg.ClientBase, statements: readonly Statement[]): Promise<GroupAnswer> {
  return await new Promise((resolve, reject) => client.query(new StatementGroup(statements, resolve, reject)));
}

/** Place in its group of the statement that an error of `runGroup` belongs to; undefined where the connection failed. */
export function failedAt(error: unknown): number | undefined {
  return rowsBefore(error)?.length;
}

/** What the statements before the failed one answered. Whatever they wrote is rolled back. */
export function rowsBefore(error: unknown): readonly Rows[] | undefined {
  return typeof error === "object" && error !== null ? failures.get(error) : undefined;
}

/** Before the client connects: without it, the client runs no groups. */
export function prepareForGroups(client: pg.Client): void {
  const { connection } = client as unknown as { readonly connection: Wire };
  wires.set(connection, { prepared: new Map(), writer: new MessageWriter(), tell: tellAnswers(client) });
}

const failures = new WeakMap<object, readonly Rows[]>();

/** A statement as a connection knows it. */
interface Prepared {
  readonly parameters: readonly (WriteBinary | undefined)[];
  readonly reader: RowReader;
}

/** What of the driver's connection is used here. */
interface Wire {
  readonly stream: { write(bytes: Uint8Array): unknown; readonly writable: boolean };
}

interface WireState {
  readonly prepared: Map<string, Prepared>;
  readonly writer: MessageWriter;
  readonly tell: (answered: Answered | undefined) => void;
}

const wires = new WeakMap<Wire, WireState>();

const NO_ROWS: Rows = Object.freeze([]);
const NO_COLUMNS = new RowReader([]);
/** Under these a statement is no longer there as it was prepared: invalid_sql_statement_name, feature_not_supported. */
const OUTDATED_STATES = new Set<unknown>(["26000", "0A000"]);

class StatementGroup implements pg.Submittable, Answered {
  readonly #statements: readonly Statement[];
  readonly #resolve: (answer: GroupAnswer) => void;
  readonly #reject: (error: unknown) => void;
  /** By statement: what the connection knew of it when it was sent. */
  readonly #prepared: (Prepared | undefined)[] = [];
  readonly #results: Rows[] = [];
  #state: WireState | undefined;
  #reader = NO_COLUMNS;
  #isBinary = false;
  #parameters: readonly (WriteBinary | undefined)[] = [];
  #rows: unknown[] | undefined;
  #command = "";
  /** Of a statement that could not be sent, or whose rows could not be read. */
  #failure: { readonly error: unknown; readonly at: number } | undefined;

  constructor(
    statements: readonly Statement[],
    resolve: (answer: GroupAnswer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#statements = statements;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: pg.Connection): void {
    const wire = connection as unknown as Wire;
    const state = wires.get(wire);
    if (state === undefined) throw new TypeError("this client was not prepared for groups");
    this.#state = state;
    for (const statement of this.#statements) if (!this.#write(state, statement)) break;
    writeEmpty(state.writer, SYNC);
    const bytes = state.writer.take();
    this.#begin();
    state.tell(this);
    if (wire.stream.writable) wire.stream.write(bytes);
  }

  parameters(bytes: Buffer, at: number): void {
    const count = bytes.readInt16BE(at);
    this.#parameters = Array.from({ length: count }, (_, place) =>
      binaryWriterOf(bytes.readUInt32BE(at + 2 + place * 4)),
    );
  }

  noRows(): void {
    this.#describe(NO_COLUMNS);
  }

  handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    this.#describe(new RowReader(fields));
  }

  row(bytes: Buffer, at: number): void {
    try {
      const row = this.#reader.read(bytes, at, this.#isBinary);
      if (this.#rows === undefined) this.#rows = [row];
      else this.#rows.push(row);
    } catch {
      this.#fail(new SqlError("value"), this.#results.length);
    }
  }

  complete(bytes: Buffer, at: number): void {
    if (this.#results.length === this.#statements.length - 1) {
      this.#command = bytes.toString("latin1", at, bytes.indexOf(0, at));
    }
    this.#results.push(this.#rows ?? NO_ROWS);
    this.#rows = undefined;
    this.#begin();
  }

  handleEmptyQuery(): void {
    this.#results.push(NO_ROWS);
    this.#begin();
  }

  handleError(error: unknown): void {
    const name = this.#statements[this.#results.length]?.name;
    const isOutdated = OUTDATED_STATES.has((error as { readonly code?: unknown } | null)?.code);
    if (isOutdated && name !== undefined) this.#state?.prepared.delete(name);
    this.#fail(error, this.#results.length);
    this.#end();
  }

  handleReadyForQuery(): void {
    this.#end();
  }

  /** Answers whether it is written. */
  #write(state: WireState, statement: Statement): boolean {
    const start = state.writer.place;
    const prepared = statement.name === undefined ? undefined : state.prepared.get(statement.name);
    try {
      writeStatement(state.writer, statement, prepared);
    } catch {
      state.writer.rewind(start);
      this.#fail(new SqlError("value"), this.#prepared.length);
      return false;
    }
    this.#prepared.push(prepared);
    return true;
  }

  /** The next statement's answer. */
  #begin(): void {
    const prepared = this.#prepared[this.#results.length];
    this.#reader = prepared?.reader ?? NO_COLUMNS;
    this.#isBinary = prepared !== undefined && this.#reader.isBinary;
  }

  #describe(reader: RowReader): void {
    this.#reader = reader;
    const name = this.#statements[this.#results.length]?.name;
    if (name !== undefined) this.#state?.prepared.set(name, { parameters: this.#parameters, reader });
  }

  #fail(error: unknown, at: number): void {
    // The first in the group: the ones behind it are not believed.
    if (this.#failure === undefined || at < this.#failure.at) this.#failure = { error, at };
  }

  #end(): void {
    this.#state?.tell(undefined);
    if (this.#failure === undefined) {
      this.#resolve({ rows: this.#results, command: this.#command });
      return;
    }
    const { error, at } = this.#failure;
    if (typeof error === "object" && error !== null) failures.set(error, this.#results.slice(0, at));
    this.#reject(error);
  }
}

const BIND = 0x42;
const CLOSE = 0x43;
const DESCRIBE = 0x44;
const EXECUTE = 0x45;
const PARSE = 0x50;
const SYNC = 0x53;
/** A prepared statement, not a portal. */
const STATEMENT = 0x53;

const UNKNOWN_PARAMETERS: Prepared["parameters"] = [];

function writeStatement(writer: MessageWriter, { text, values, name = "" }: Statement, known?: Prepared): void {
  if (known === undefined) {
    // One that was parsed in a group whose answer never came would be there already.
    if (name !== "") writeOnStatement(writer, CLOSE, name);
    const parse = writer.begin(PARSE);
    writer.zeroEnded(name);
    writer.zeroEnded(text);
    writer.int16(0);
    writer.sizeAt(parse, "with itself");
    writeOnStatement(writer, DESCRIBE, name);
  }
  const bind = writer.begin(BIND);
  // The unnamed portal.
  writer.byte(0);
  writer.zeroEnded(name);
  writeValues(writer, values, known?.parameters ?? UNKNOWN_PARAMETERS);
  // One form for all columns.
  writer.int16(1);
  writer.int16(known !== undefined && known.reader.isBinary ? 1 : 0);
  writer.sizeAt(bind, "with itself");
  const execute = writer.begin(EXECUTE);
  writer.byte(0);
  // All rows.
  writer.int32(0);
  writer.sizeAt(execute, "with itself");
}

/** Each one's form, then each one. */
function writeValues(writer: MessageWriter, values: readonly unknown[], parameters: Prepared["parameters"]): void {
  writer.int16(values.length);
  const forms = writer.place;
  for (let at = 0; at < values.length; at++) writer.int16(0);
  writer.int16(values.length);
  for (let at = 0; at < values.length; at++) {
    if (writeParameter(writer, values[at], parameters[at])) writer.int16At(forms + at * 2, 1);
  }
}

function writeOnStatement(writer: MessageWriter, code: number, name: string): void {
  const message = writer.begin(code);
  writer.byte(STATEMENT);
  writer.zeroEnded(name);
  writer.sizeAt(message, "with itself");
}

function writeEmpty(writer: MessageWriter, code: number): void {
  writer.sizeAt(writer.begin(code), "with itself");
}
