/**
 * How columns become values, per connection and never for the whole process: graphile-worker shares the driver and
 * expects its own defaults.
 */
import pg from "pg";

type Parser = (text: string) => unknown;

const INT8 = 20;
const INT8_ARRAY = 1016;

export const VALUE_TYPES: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (format !== "binary" && oid === INT8) return BigInt as Parser;
    if (format !== "binary" && oid === INT8_ARRAY) return parseBigints;
    return pg.types.getTypeParser(oid, format) as Parser;
  },
};

/** `{1,2,NULL}`; no nesting, since no column of ours is more than one-dimensional. */
function parseBigints(literal: string): (bigint | null)[] {
  const inner = literal.slice(1, -1);
  return inner === "" ? [] : inner.split(",").map((element) => (element === "NULL" ? null : BigInt(element)));
}
