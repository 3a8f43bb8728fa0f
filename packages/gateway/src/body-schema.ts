/**
 * A trigger's JSON Schema (2020-12), compiled once and checked before an instance starts. A failure names the place and
 * the rule, and echoes nothing of the body: not a value, and not a property name that the schema does not know.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { WardError, type JsonSchema } from "@ward/core";

const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: false,
  messages: false,
  verbose: false,
  formats: {
    date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
    "date-time":
      /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/,
    time: /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/,
    uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
    email: /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/,
    uri: /^[a-z][a-z0-9+.-]*:[^\s]+$/i,
  },
});

interface Compiled {
  readonly validate: ValidateFunction;
  /** Property names that the schema itself spells. */
  readonly names: ReadonlySet<string>;
}

const compiled = new WeakMap<JsonSchema, Compiled>();

/** Throws `invalid-request` with one issue, `/visit/date: format`; `bad-manifest` where the schema itself is none. */
export function checkBody(schema: JsonSchema, body: unknown): void {
  const { validate, names } = compile(schema);
  if (validate(body) === true) return;
  const [error] = validate.errors ?? [];
  throw new WardError("invalid-request", { issues: [error === undefined ? "/: schema" : describe(error, names)] });
}

function compile(schema: JsonSchema): Compiled {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  let made: Compiled;
  try {
    // `$id` would make a second release of the same function clash with the first.
    const { $id: _id, ...anonymous } = schema;
    const validate = ajv.compile(anonymous);
    ajv.removeSchema(anonymous);
    made = { validate, names: new Set(propertyNames(schema)) };
  } catch {
    throw new WardError("bad-manifest", { element: "trigger.body" });
  }
  compiled.set(schema, made);
  return made;
}

function describe(error: ErrorObject, names: ReadonlySet<string>): string {
  const place = error.instancePath
    .split("/")
    .slice(1)
    .map((part) => (/^\d+$/.test(part) || names.has(unescapePointer(part)) ? part : "*"))
    .join("/");
  const missing: unknown = error.keyword === "required" ? error.params["missingProperty"] : undefined;
  return `/${place}: ${error.keyword}${typeof missing === "string" && names.has(missing) ? ` ${missing}` : ""}`;
}

function propertyNames(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  if (Array.isArray(schema)) return schema.flatMap(propertyNames);
  return Object.entries(schema).flatMap(([keyword, value]) => [
    ...(keyword === "properties" && typeof value === "object" && value !== null ? Object.keys(value) : []),
    ...(keyword === "required" && Array.isArray(value) ? value.filter((name) => typeof name === "string") : []),
    ...propertyNames(value),
  ]);
}

/** RFC 6901 §3. */
function unescapePointer(part: string): string {
  return part.replaceAll("~1", "/").replaceAll("~0", "~");
}
