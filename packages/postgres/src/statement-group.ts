/**
 * Statements that go to the server in one round trip: one write, one `Sync` at the end (PostgreSQL protocol §54.2.3).
 *
 * INVARIANT: where one of them fails, the server skips the ones behind it until the `Sync`. So a statement behind a
 * `BEGIN` never runs outside the transaction, and a `COMMIT` never follows a statement that failed.
 *
 * A named statement is parsed and described once per connection. The driver describes at each execution, which costs
 * both sides about as much as a small statement's execution does. Once its columns are known they are asked for in binary
 * form, where every one of them has such a reader.
 */
import type pg from "pg";
import { binaryReaderOf, type ReadBinary } from "./binary-columns.ts";
import { prepareValue } from "./prepare-value.ts";
import type { RowBytes } from "./row-bytes.ts";
import { VALUE_TYPES } from "./value-types.ts";

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Prepared under this name once per connection. */
  readonly name: string | undefined;
}

export interface StatementResult {
  /** `INSERT`, `COMMIT`, `ROLLBACK`, … */
  readonly command: string;
  readonly rows: readonly unknown[];
}

/** Rejects with the first failure; `failedAt` then tells which statement's it was. */
export async function runGroup(client: pg.ClientBase, statements: readonly Statement[]): Promise<StatementResult[]> {
  return await new Promise((resolve, reject) => client.query(new StatementGroup(statements, resolve, reject)));
}

/** Place in its group of the statement that an error of `runGroup` belongs to; undefined where the connection failed. */
export function failedAt(error: unknown): number | undefined {
  return resultsBefore(error)?.length;
}

/** What the statements before the failed one answered. Whatever they wrote is rolled back. */
export function resultsBefore(error: unknown): readonly StatementResult[] | undefined {
  return typeof error === "object" && error !== null ? failures.get(error) : undefined;
}

const failures = new WeakMap<object, readonly StatementResult[]>();

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
  readonly read: ReadBinary | undefined;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
  readonly format: "text" | "binary";
}

/** What of the driver's connection is used here. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Record<string, string>;
  parse(message: { readonly name: string; readonly text: string }): void;
  bind(message: {
    readonly statement: string;
    readonly values: readonly unknown[];
    readonly valueMapper: (value: unknown) => unknown;
    readonly binary: boolean;
  }): void;
  describe(message: { readonly type: "P"; readonly name: "" }): void;
  execute(message: { readonly portal: "" }): void;
  close(message: { readonly type: "S"; readonly name: string }): void;
  sync(): void;
}

/** Columns of the statements that a connection has prepared. */
const prepared = new WeakMap<Wire, Map<string, readonly Column[]>>();

class StatementGroup implements pg.Submittable {
  readonly #statements: readonly Statement[];
  readonly #resolve: (results: StatementResult[]) => void;
  readonly #reject: (error: unknown) => void;
  readonly #results: StatementResult[] = [];
  #wire: Wire | undefined;
  #columns: readonly Column[] | undefined;
  /** By statement: whether its rows come in binary form. */
  readonly #isBinary: boolean[] = [];
  #rows: unknown[] = [];
  #unreadable: { readonly error: unknown } | undefined;

  constructor(
    statements: readonly Statement[],
    resolve: (results: StatementResult[]) => void,
    reject: (error: unknown) => void,
  ) {
    this.#statements = statements;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** The driver notes the statement under way as prepared when the server says so. */
  get name(): string | undefined {
    return this.#current?.name;
  }

  get text(): string | undefined {
    return this.#current?.text;
  }

  submit(connection: pg.Connection): void {
    const wire = connection as unknown as Wire;
    this.#wire = wire;
    wire.stream.cork();
    try {
      for (const statement of this.#statements) this.#isBinary.push(send(wire, statement));
    } finally {
      wire.sync();
      wire.stream.uncork();
    }
    this.#columns = this.#knownColumns();
  }

  handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    this.#columns = fields.map(({ name, dataTypeID, format }) => ({
      name,
      parse: VALUE_TYPES.getTypeParser(dataTypeID, format) as Column["parse"],
      read: binaryReaderOf(dataTypeID),
    }));
  }

  handleDataRow(row: RowBytes): void {
    const columns = this.#columns ?? [];
    const isBinary = this.#isBinary[this.#results.length] === true;
    const { bytes } = row;
    const values: Record<string, unknown> = {};
    try {
      row.each((place, at, length) => {
        const column = columns[place];
        if (column === undefined) return;
        const { name, read, parse } = column;
        if (length < 0) values[name] = null;
        else if (isBinary && read) values[name] = read(bytes, at, length);
        else values[name] = parse(bytes.toString("utf8", at, at + length));
      });
      this.#rows.push(values);
    } catch (error) {
      this.#unreadable ??= { error };
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const name = this.#current?.name;
    if (name !== undefined && this.#wire !== undefined) columnsOf(this.#wire).set(name, this.#columns ?? []);
    this.#results.push({ command: text.split(" ", 1)[0] ?? "", rows: this.#rows });
    this.#rows = [];
    this.#columns = this.#knownColumns();
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: "" });
  }

  handleError(error: unknown): void {
    if (typeof error === "object" && error !== null) failures.set(error, this.#results);
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    if (this.#unreadable !== undefined) this.#reject(this.#unreadable.error);
    else this.#resolve(this.#results);
  }

  get #current(): Statement | undefined {
    return this.#statements[this.#results.length];
  }

  #knownColumns(): readonly Column[] | undefined {
    const name = this.#current?.name;
    return name === undefined || this.#wire === undefined ? undefined : columnsOf(this.#wire).get(name);
  }
}

/** Answers whether rows will come in binary form. */
function send(wire: Wire, { text, values, name }: Statement): boolean {
  const columns =
    name === undefined || wire.parsedStatements[name] === undefined ? undefined : columnsOf(wire).get(name);
  const known = columns !== undefined;
  const binary = known && columns.every(({ read }) => read !== undefined);
  if (!known) {
    // One that was parsed in a group whose answer never came, or by the driver, would be there already.
    if (name !== undefined) wire.close({ type: "S", name });
    wire.parse({ name: name ?? "", text });
  }
  wire.bind({ statement: name ?? "", values, valueMapper: prepareValue, binary });
  if (!known) wire.describe({ type: "P", name: "" });
  wire.execute({ portal: "" });
  return binary;
}

function columnsOf(wire: Wire): Map<string, readonly Column[]> {
  const known = prepared.get(wire) ?? new Map<string, readonly Column[]>();
  prepared.set(wire, known);
  return known;
}
