/** Values as HCL expressions; what is open becomes a variable without a default. */
import { toPlain } from "../graph/plain-value.ts";
import type { Reference, Text, Unknown, Value } from "../graph/value.ts";

export class HclWriter {
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #open = new Map<string, string>();
  readonly #sources = new Set<string>();

  constructor(addresses: ReadonlyMap<string, string>) {
    this.#addresses = addresses;
  }

  /** What the expressions written so far need beside them. */
  declarations(): readonly string[] {
    return [
      ...[...this.#open.values()].map((name) => `variable "${name}" {}`),
      ...[...this.#sources].map((type) => `data "${type}" "current" {}`),
    ];
  }

  /** The variable for one reason of being open: the same reason, the same variable. */
  openName(reason: string): string {
    const name = this.#open.get(reason) ?? `open_${this.#open.size}`;
    this.#open.set(reason, name);
    return `var.${name}`;
  }

  /** Undefined where HCL can't say it. */
  expression(value: Value): string | undefined {
    switch (value.kind) {
      case "scalar":
        return typeof value.value === "string" ? quoted(value.value) : String(value.value);
      case "absent":
        return "null";
      case "reference":
      case "unknown":
        return this.#name(value);
      case "text":
        return this.#template(value);
      case "list":
        return value.open === undefined ? this.#list(value.items) : undefined;
      case "map":
        return value.open === undefined ? this.#object([...value.entries]) : undefined;
      case "choice":
        return this.#conditional(value.reason, value.options);
    }
  }

  /** A structure where one text is asked for: JSON text if all of it is known, so that readers must parse it. */
  json(value: Value): string | undefined {
    if (isKnown(value)) return quoted(JSON.stringify(toPlain(value)));
    const text = this.expression(value);
    return text === undefined ? undefined : `jsonencode(${text})`;
  }

  /** A map, from one or from a list of `Key` and `Value`. */
  pairs(value: Value): string | undefined {
    if (value.kind !== "list") return value.kind === "map" ? this.expression(value) : undefined;
    const entries: (readonly [string, Value])[] = [];
    for (const item of value.items) {
      const key = item.kind === "map" ? item.entries.get("Key") : undefined;
      const held = item.kind === "map" ? item.entries.get("Value") : undefined;
      if (key?.kind !== "scalar" || held === undefined) return undefined;
      entries.push([String(key.value), held]);
    }
    return this.#object(entries);
  }

  #name(value: Reference | Unknown): string | undefined {
    if (value.kind === "unknown") {
      if (!value.present) return undefined;
      return value.sample === undefined ? this.openName(value.reason) : this.#data(value.sample);
    }
    // What no resource is here for is named all the same, as the template does.
    const address = this.#addresses.get(value.resource) ?? `terraform_data.${value.resource.replaceAll(/\W/g, "_")}`;
    return `${address}.${attributeName(value.attribute)}`;
  }

  #data(sample: string): string {
    const [type, attribute] = /^\d{12}$/.test(sample)
      ? ["aws_caller_identity", "account_id"]
      : sample === "aws"
        ? ["aws_partition", "partition"]
        : ["aws_region", "name"];
    this.#sources.add(type);
    return `data.${type}.current.${attribute}`;
  }

  #template({ parts }: Text): string | undefined {
    const pieces = parts.map((part) => {
      if (typeof part === "string") return quoted(part).slice(1, -1);
      const name = this.#name(part);
      return name === undefined ? undefined : `\${${name}}`;
    });
    return pieces.includes(undefined) ? undefined : `"${pieces.join("")}"`;
  }

  #list(items: readonly Value[]): string | undefined {
    const texts = items.filter(({ kind }) => kind !== "absent").map((item) => this.expression(item));
    return texts.includes(undefined) ? undefined : `[${texts.join(", ")}]`;
  }

  #object(entries: readonly (readonly [string, Value])[]): string | undefined {
    const texts = entries
      .filter(([, { kind }]) => kind !== "absent")
      .map(([key, child]) => {
        const text = this.expression(child);
        return text === undefined ? undefined : `${quoted(key)} = ${text}`;
      });
    return texts.includes(undefined) ? undefined : `{ ${texts.join(", ")} }`;
  }

  #conditional(reason: string, [first, ...rest]: readonly Value[]): string | undefined {
    const text = first && this.expression(first);
    if (text === undefined || rest.length === 0) return text;
    const other = this.#conditional(`${reason} (another way)`, rest);
    return other === undefined ? undefined : `(${this.openName(reason)} ? ${text} : ${other})`;
  }
}

function attributeName(attribute: string): string {
  return attribute === ""
    ? "id"
    : attribute
        .replaceAll(/(?<=[a-z0-9])[A-Z]/g, "_$&")
        .replaceAll(".", "_")
        .toLowerCase();
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

function isKnown(value: Value): boolean {
  if (value.kind === "list") return value.open === undefined && value.items.every(isKnown);
  if (value.kind === "map") return value.open === undefined && [...value.entries.values()].every(isKnown);
  return value.kind === "scalar" || value.kind === "absent";
}
