/** Whether a node takes a definition: asked of the parser that the node itself uses, where all of it is known. */
import { parseManifest, WardError } from "@ward/core";
import { toPlain } from "../../graph/plain-value.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass, unknown, type Verdict } from "../../graph/truth.ts";
import type { Value } from "../../graph/value.ts";

/** `elsewhere`: entries that have a fact of their own, which says more. */
export function accepted(resource: Resource, parse: (definition: unknown) => unknown, elsewhere: RegExp): Verdict {
  const open = openPart(resource.whole);
  try {
    // JSON, since that is what a definition is when a node reads it.
    parse(JSON.parse(JSON.stringify(toPlain(resource.properties))));
  } catch (thrown) {
    if (!(thrown instanceof WardError)) throw thrown;
    const { path = "", remedy = "" } = thrown.detail as { readonly path?: string; readonly remedy?: string };
    if (elsewhere.test(path)) return "notApplicable";
    if (open) return unknown(open.because, open.spot);
    const place = resource.at(path.replace(/^(definition|config|name)$/, ""));
    return fail(path === "" || path === "definition" ? remedy : `${path}: ${remedy}`, place.spot);
  }
  return open ? unknown(open.because, open.spot) : pass();
}

/** What is wrong with an egress grant's host, in words of the node; undefined where it takes it. */
export function hostProblem(host: string): string | undefined {
  const egress = [{ host, baa: "none", carries: "none" }];
  try {
    parseManifest({ trigger: { kind: "event", type: "a.b" }, purpose: "TREAT", grants: { egress } }, "a");
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof WardError)) throw thrown;
    return (thrown.detail as { readonly remedy?: string }).remedy ?? "a node refuses it";
  }
}

/** The first part that the code leaves open. */
function openPart(property: Property): ReturnType<Property["undecided"]> | undefined {
  const { value } = property;
  if (isOpen(value)) return value.kind === "scalar" ? undefined : property.undecided();
  const parts = value.kind === "map" ? property.entries().map(([, child]) => child) : property.items();
  if (value.kind !== "map" && value.kind !== "list") return undefined;
  for (const part of parts) {
    const open = openPart(part);
    if (open) return open;
  }
  return undefined;
}

function isOpen(value: Value): boolean {
  if (value.kind === "map" || value.kind === "list") return value.open !== undefined;
  return value.kind === "unknown" || value.kind === "text" || value.kind === "choice" || value.kind === "reference";
}
