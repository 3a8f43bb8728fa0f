/** Stores instances as a client would, and reads them back: single resources by PUT, transactions and batches by POST. */
import { isObject, type JsonObject } from "../../src/json.ts";
import { differenceOf, parseWritten, type Difference } from "./canonical.ts";
import type { Instance } from "./instances.ts";
import type { Received, Server } from "./node.ts";

export interface Stored {
  readonly file: string;
  readonly resource: JsonObject;
  readonly difference?: Difference;
}

export type StoreOutcome =
  { readonly stored: readonly Stored[] } | { readonly refused: string } | { readonly notStored: string };

/** What is a resource only inside a request: R4 gives it no endpoint. */
const NOT_STORED: Readonly<Record<string, string>> = {
  Parameters: "Parameters have no endpoint of their own (R4 parameters.html)",
};

export async function storeInstance(server: Server, instance: Instance): Promise<StoreOutcome> {
  const { file, type, id, resource, text } = instance;
  const why = NOT_STORED[type];
  if (why !== undefined) return { notStored: why };
  if (type === "Bundle" && ["transaction", "batch"].includes(resource["type"] as string)) {
    return await storeTransaction(server, instance);
  }
  if (id === undefined) return { notStored: "without an id of its own" };
  const put = await server.send("PUT", `${type}/${encodeURIComponent(id)}`, text);
  if (put.status !== 200 && put.status !== 201) return { refused: describe(put) };
  const read = await server.send("GET", `${type}/${encodeURIComponent(id)}`);
  if (read.status !== 200) return { refused: `read back: ${describe(read)}` };
  const difference = differenceOf(parseWritten(text), parseWritten(read.text));
  const received = JSON.parse(read.text) as JsonObject;
  return { stored: [{ file, resource: received, ...(difference === undefined ? {} : { difference }) }] };
}

/** Ids are the server's, and references follow them: both are put into what was sent before it is compared. */
async function storeTransaction(server: Server, { file, resource, text }: Instance): Promise<StoreOutcome> {
  const answer = await server.send("POST", "", text);
  if (answer.status !== 200) return { refused: describe(answer) };
  const sent = entriesOf(resource);
  const made = entriesOf(JSON.parse(answer.text) as JsonObject);
  const places = made.map(({ response }) => {
    const location = isObject(response) ? response["location"] : undefined;
    return typeof location === "string" ? /([A-Z]\w+\/[^/]+)(?:\/_history\/.*)?$/.exec(location)?.[1] : undefined;
  });
  const byUrl = new Map(sent.map(({ fullUrl }, at) => [fullUrl as string, places[at] ?? ""]));
  const expected = entriesOf(parseWritten(rewrite(text, byUrl)) as JsonObject);
  const stored: Stored[] = [];
  for (const [at, place] of places.entries()) {
    const entry = expected[at]?.["resource"];
    if (place === undefined || !isObject(entry)) continue;
    const read = await server.send("GET", place);
    if (read.status !== 200) return { refused: `entry ${at} read back: ${describe(read)}` };
    const received = JSON.parse(read.text) as JsonObject;
    const found = parseWritten(read.text);
    const wanted = resolveQueries({ ...entry, id: received["id"] as string }, read.text);
    const difference = differenceOf(wanted, found);
    stored.push({ file: `${file}#${at}`, resource: received, ...(difference === undefined ? {} : { difference }) });
  }
  return { stored };
}

function entriesOf(bundle: JsonObject): readonly JsonObject[] {
  const entries = bundle["entry"];
  return Array.isArray(entries) ? entries.filter(isObject) : [];
}

function rewrite(text: string, places: ReadonlyMap<string, string>): string {
  return text.replace(/"(urn:uuid:[0-9a-f-]+|https?:[^"\s]+)"/g, (whole, url: string, at: number) => {
    const place = places.get(url);
    const isFullUrl = /"fullUrl"\s*:\s*$/.test(text.slice(Math.max(0, at - 20), at));
    return place === undefined || place === "" || isFullUrl ? whole : JSON.stringify(place);
  });
}

/** A conditional reference (`Practitioner?identifier=…`) became whichever literal one the server found. */
function resolveQueries(sent: unknown, received: string): unknown {
  if (Array.isArray(sent)) return sent.map((each) => resolveQueries(each, received));
  // What is neither a list nor a plain object is a number as it was written.
  if (!isObject(sent) || Object.getPrototypeOf(sent) !== Object.prototype) return sent;
  const resolved = Object.entries(sent).map(([name, each]) => {
    const type = name === "reference" && typeof each === "string" ? /^([A-Z]\w+)\?/.exec(each)?.[1] : undefined;
    if (type === undefined) return [name, resolveQueries(each, received)];
    return [name, new RegExp(`"reference":"(${type}/[^"]+)"`).exec(received)?.[1] ?? each];
  });
  return Object.fromEntries(resolved) as unknown;
}

function describe({ status, text }: Received): string {
  try {
    const { issue = [] } = JSON.parse(text) as { issue?: readonly JsonObject[] };
    const issues = issue.map(({ code, details, diagnostics, expression }) =>
      [code, (details as JsonObject | undefined)?.["text"], diagnostics, expression]
        .filter((each) => each !== undefined)
        .map((each) => (typeof each === "string" ? each : JSON.stringify(each)))
        .join(" "),
    );
    return `${status} ${issues.slice(0, 5).join("; ")}`;
  } catch {
    return `${status} ${text.slice(0, 200)}`;
  }
}
