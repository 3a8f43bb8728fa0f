/**
 * Rows of one statement, in either form. Made once, when the server describes the statement, with a constructor of its
 * own: it makes plain objects, but the engine learns from it how many columns they will have and lays them out at once.
 */
import { binaryReaderOf, type ReadBinary } from "./binary-columns.ts";
import { VALUE_TYPES } from "./value-types.ts";

/** A column, as the server describes it. */
export interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

type Row = Record<string, unknown>;

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
  readonly read: ReadBinary | undefined;
}

export class RowReader {
  /** Whether every column can be read in binary form. */
  readonly isBinary: boolean;
  readonly #columns: readonly Column[];
  readonly #Row: new () => Row;

  constructor(fields: readonly Field[]) {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: VALUE_TYPES.getTypeParser(dataTypeID, "text") as Column["parse"],
      read: binaryReaderOf(dataTypeID),
    }));
    this.isBinary = this.#columns.every(({ read }) => read !== undefined);
    this.#Row = rowConstructor();
  }

  /** `bytes` from `start` on are a row: how many columns, then each behind its length, which is below 0 where it is null. */
  read(bytes: Buffer, start: number, isBinary: boolean): Row {
    const row = new this.#Row();
    let at = start + 2;
    for (const column of this.#columns) {
      const length = bytes.readInt32BE(at);
      at += 4;
      if (length < 0) {
        row[column.name] = null;
        continue;
      }
      if (isBinary && column.read) row[column.name] = column.read(bytes, at, length);
      else row[column.name] = column.parse(bytes.toString("utf8", at, at + length));
      at += length;
    }
    return row;
  }
}

function rowConstructor(): new () => Row {
  const constructor = function (): void {};
  constructor.prototype = Object.prototype;
  return constructor as unknown as new () => Row;
}
