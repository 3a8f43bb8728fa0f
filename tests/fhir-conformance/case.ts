/**
 * A case of the conformance table: what is sent, what must hold, and the feature of R4 that it speaks of. The tables in
 * docs/reference/fhir.md are written from these and from how they ended.
 */
import assert from "node:assert/strict";
import type { Answer, FhirServer, Request } from "./server.ts";

export interface Case {
  /** Stable: others quote it. `search-date-eq-year`. */
  readonly id: string;
  /** Interaction, parameter type, modifier or prefix. */
  readonly feature: string;
  readonly sent: string;
  readonly holds: string;
  /** Ward refuses this by choice; what it answers is what `holds` says. */
  readonly isRefused?: boolean;
  readonly run: (server: FhirServer) => Promise<void>;
}

export interface CaseGroup {
  /** Title of the table. */
  readonly title: string;
  /** Stores what the cases look at. */
  readonly prepare?: (server: FhirServer) => Promise<void>;
  readonly cases: readonly Case[];
}

/** One search and the names of all that it must find, in any order; `>` between names asks for that order. */
export function finds(id: string, feature: string, query: string, names: string): Case {
  const isOrdered = names.includes(">");
  const wanted = names.split(/[\s>]+/).filter((name) => name !== "");
  return {
    id,
    feature,
    sent: `\`GET ${query}\``,
    holds: wanted.length === 0 ? "finds nothing" : `finds ${wanted.join(", ")}${isOrdered ? " in this order" : ""}`,
    async run(server) {
      const found = await search(server, query);
      const order = (list: readonly string[]): readonly string[] => (isOrdered ? list : list.toSorted());
      assert.deepEqual(order(found), order(wanted));
    },
  };
}

/** A search that must be refused, with an OperationOutcome. */
export function refuses(id: string, feature: string, query: string, status: number | readonly number[] = 400): Case {
  const allowed = typeof status === "number" ? [status] : status;
  return {
    id,
    feature,
    sent: `\`GET ${query}\``,
    holds: `is refused with ${allowed.join(" or ")} and an OperationOutcome`,
    async run(server) {
      expectOutcome(await server.get(encoded(query)), allowed);
    },
  };
}

/** One request and the status that must come back. */
export function answers(
  id: string,
  feature: string,
  path: string,
  request: Request,
  status: number | readonly number[],
  more?: (answer: Answer) => void,
): Case {
  const allowed = typeof status === "number" ? [status] : status;
  return {
    id,
    feature,
    sent: `\`${request.method ?? "GET"} ${path === "" ? "/" : path}\`${headersOf(request)}${bodyOf(request)}`,
    holds: `answers ${allowed.join(" or ")}`,
    async run(server) {
      const answer = await server.send(encoded(path), request);
      assert.ok(allowed.includes(answer.status), `${answer.status}: ${answer.text.slice(0, 400)}`);
      if (answer.status >= 400) expectOutcome(answer, allowed);
      more?.(answer);
    },
  };
}

/** Names, in the order of the answer, of the matches on all pages. */
export async function search(server: FhirServer, query: string): Promise<readonly string[]> {
  const names = new Map([...server.ids].map(([name, id]) => [id, name]));
  const found: string[] = [];
  let answer = await server.get(encoded(query));
  for (let page = 0; page < 100; page += 1) {
    assert.equal(answer.status, 200, answer.text.slice(0, 400));
    assert.equal(answer.body.resourceType, "Bundle");
    assert.equal(answer.body.type, "searchset");
    for (const { resource, search: why } of answer.body.entry ?? []) {
      if (why.mode === "match")
        found.push(names.get(resource.id as string) ?? `${resource.resourceType}/${resource.id}`);
    }
    const next = linkOf(answer, "next");
    if (next === undefined) return found;
    answer = await server.get(next);
  }
  throw new Error("pages without end");
}

export function linkOf(answer: Answer, relation: string): string | undefined {
  const links = (answer.body.link ?? []) as { readonly relation: string; readonly url: string }[];
  return links.find((link) => link.relation === relation)?.url;
}

export function expectOutcome(answer: Answer, statuses: readonly number[]): void {
  assert.ok(statuses.includes(answer.status), `${answer.status}: ${answer.text.slice(0, 400)}`);
  assert.equal(answer.body?.resourceType, "OperationOutcome", answer.text.slice(0, 400));
  assert.ok(answer.body.issue.length > 0);
  for (const issue of answer.body.issue) {
    assert.match(issue.severity, /^(fatal|error|warning|information)$/);
    assert.equal(typeof issue.code, "string");
  }
}

/** Cases are written as people write URLs; what HTTP does not allow is encoded here. */
export function encoded(path: string): string {
  return path.replace(/[^\x21-\x7e]|[|"<>\\^`{}]/gu, (character) => encodeURIComponent(character));
}

function bodyOf({ body }: Request): string {
  if (body === undefined || body === "") return "";
  return `, body \`${(typeof body === "string" ? body : JSON.stringify(body)).slice(0, 80)}\``;
}

function headersOf({ headers = {} }: Request): string {
  const named = Object.entries(headers).map(([name, value]) => `\`${name}: ${value}\``);
  return named.length === 0 ? "" : ` with ${named.join(", ")}`;
}
