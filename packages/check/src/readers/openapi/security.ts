/**
 * How an operation of an OpenAPI definition is secured in API Gateway's words. A scheme that only documents (an API key,
 * OAuth without an authorizer of API Gateway's) secures nothing: API Gateway asks for what its extensions name.
 */
import type { Property } from "../../graph/property.ts";
import { eachOption, scalar, unknownValue, type Value } from "../../graph/value.ts";

/** Authorization types by the names of their schemes. */
export type Named = ReadonlyMap<string, string>;

export interface Schemes {
  readonly known: ReadonlyMap<string, Property>;
  readonly beside: Named;
  /** Why there may be others. */
  readonly open?: string;
}

export interface Security {
  /** An `AuthorizationType`. */
  readonly type: Value;
  readonly isKeyAsked: boolean;
}

const NONE = "NONE";

/** Swagger 2 has them at the root, OpenAPI 3 under its components. */
export function schemesOf(body: Property, beside: Named = new Map()): Schemes {
  const sections = [body.at("securityDefinitions"), body.at("components.securitySchemes")];
  const known = new Map(sections.flatMap((section) => section.entries()));
  const open = sections.map(({ value }) => reasonOf(value)).find((reason) => reason !== undefined);
  return open === undefined ? { known, beside } : { known, beside, open };
}

/** `security` is a list of alternatives, each a map of schemes that must all hold. */
export function securedBy(security: Property, schemes: Schemes): Security {
  const type = eachOption(security.value, (one) => requirementsOf(one, schemes));
  const names = security.items().flatMap((item) => item.entries().map(([name]) => name));
  return { type, isKeyAsked: names.some((name) => isPlainKey(schemes.known.get(name))) };
}

function requirementsOf(value: Value, schemes: Schemes): Value {
  const { spot } = value;
  const reason = reasonOf(value);
  if (value.kind !== "list") return reason === undefined ? scalar(NONE, spot) : unknownValue(reason, spot);
  let doubt = reason;
  let found: string | undefined;
  for (const item of value.items) {
    // An alternative that asks for nothing lets everyone in, whatever the others ask.
    if (item.kind === "map" && item.open === undefined && item.entries.size === 0) return scalar(NONE, spot);
    doubt ??= reasonOf(item);
    for (const name of item.kind === "map" ? item.entries.keys() : []) {
      const kind = kindOf(name, schemes);
      if (kind === undefined) doubt ??= schemes.open;
      else if (kind !== NONE) found ??= kind;
    }
  }
  if (found !== undefined) return scalar(found, spot);
  return doubt === undefined ? scalar(NONE, spot) : unknownValue(doubt, spot);
}

/** Undefined where the scheme is not known, and may be among those that are left open. */
function kindOf(name: string, { known, beside, open }: Schemes): string | undefined {
  const scheme = known.get(name);
  if (!scheme) return beside.get(name) ?? (open === undefined ? NONE : undefined);
  const authorizer = scheme.at("x-amazon-apigateway-authorizer");
  const kinds = [scheme.at("x-amazon-apigateway-authtype"), authorizer.at("type")].map((one) =>
    one.text()?.toLowerCase(),
  );
  if (kinds.includes("awssigv4")) return "AWS_IAM";
  if (kinds.includes("cognito_user_pools")) return "COGNITO_USER_POOLS";
  if (authorizer.isAbsent) return NONE;
  return kinds.includes("jwt") ? "JWT" : "CUSTOM";
}

function isPlainKey(scheme: Property | undefined): boolean {
  if (scheme?.at("type").text() !== "apiKey" || !scheme.at("x-amazon-apigateway-authorizer").isAbsent) return false;
  return scheme.at("name").text()?.toLowerCase() === "x-api-key";
}

function reasonOf(value: Value): string | undefined {
  if (value.kind === "unknown") return value.reason;
  return value.kind === "list" || value.kind === "map" ? value.open : undefined;
}
