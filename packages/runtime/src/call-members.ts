/** Reads the members of a binding call strictly: a member that is not asked for is an error, never a silent nothing. */
import { WardError } from "@ward/core";

type Kind = "string" | "string?" | "any?" | "object?";
type Value<K extends Kind> = K extends "string" | "string?" ? string : K extends "any?" ? unknown : object;
type Optional<S> = { [N in keyof S]: S[N] extends `${string}?` ? N : never }[keyof S];

export type Members<S extends Record<string, Kind>> = { readonly [N in Exclude<keyof S, Optional<S>>]: Value<S[N]> } & {
  readonly [N in Optional<S>]?: Value<S[N]>;
};

export function readMembers<const S extends Record<string, Kind>>(
  body: Readonly<Record<string, unknown>>,
  shape: S,
): Members<S> {
  // `purpose` passed the claims check, so it repeats the function's own.
  const unknown = Object.keys(body).find((name) => !Object.hasOwn(shape, name) && name !== "purpose");
  if (unknown !== undefined) throw new WardError("invalid-request", { why: "unknown member" });
  const members: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(shape)) {
    const value = body[name];
    if (value === undefined || (value === null && kind.endsWith("?"))) {
      if (!kind.endsWith("?")) throw new WardError("invalid-request", { member: name });
      continue;
    }
    if (!isOf(kind, value)) throw new WardError("invalid-request", { member: name });
    members[name] = value;
  }
  return members as Members<S>;
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === "any?") return true;
  if (kind === "object?") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === "string";
}
