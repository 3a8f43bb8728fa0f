/** `Parameters` in, and simple ones as a query, so that GET and POST are the same call. */
import { WardError } from "@ward/core";
import { isObject, type JsonObject, type JsonValue } from "../../json.ts";

/** The query of an operation without complex parameters. Throws `invalid-request`. */
export function queryOf(query: string, body: JsonObject | undefined): string {
  if (body === undefined) return query;
  const sent = new URLSearchParams(query);
  for (const parameter of parametersIn(body)) {
    const name = parameter["name"];
    const value = valueOf(parameter);
    if (typeof name !== "string" || value === undefined || typeof value === "object") {
      throw new WardError("invalid-request", { reason: "parameter-form" });
    }
    sent.append(name, String(value));
  }
  return sent.toString();
}

export function parametersIn(body: JsonObject): readonly JsonObject[] {
  if (body["resourceType"] !== "Parameters") {
    throw new WardError("invalid-request", { reason: "parameters-required" });
  }
  const list = body["parameter"] ?? [];
  if (!Array.isArray(list) || !list.every(isObject))
    throw new WardError("invalid-request", { reason: "parameter-form" });
  return list;
}

export function valueOf(parameter: JsonObject): JsonValue | undefined {
  const name = Object.keys(parameter).find((key) => /^value[A-Z]/.test(key));
  return name === undefined ? undefined : parameter[name];
}
