/** Requests to other hosts: what stands in the URL, and whom the body goes to. */
import { GLOBAL, type CodeValue, type ExternalCall } from "../../../code/contract.ts";
import { entryOf, optionsOf, textPartsOf } from "../code-values.ts";
import { lineagesOf, packageOf, type Lineage } from "../lineage.ts";
import { variableOf } from "../resource-of-value.ts";
import { showCallee } from "../show-code.ts";
import type { Sink, SinkContext } from "./sink.ts";
import { isOwnHost } from "./third-parties.ts";

interface Request {
  readonly url: CodeValue | undefined;
  /** Query parameters that are given apart. */
  readonly query: readonly (CodeValue | undefined)[];
  readonly content: readonly (CodeValue | undefined)[];
  /** Where the address of a client stands: `axios.create({ baseURL })`. */
  readonly base: CodeValue | undefined;
}

const CLIENTS =
  /^(?:axios|got|ky|ky-universal|ofetch|node-fetch|cross-fetch|isomorphic-fetch|isomorphic-unfetch|undici|superagent|needle|request|request-promise(?:-native)?|phin|bent|wretch|graphql-request|@apollo\/client|node:https?|ws|urllib|axios-retry|make-fetch-happen|minipass-fetch)$/;

export function webSinks(call: ExternalCall, context: SinkContext): readonly Sink[] {
  const lineage = lineagesOf(call.callee).find(isClient);
  if (!lineage || isMaking(lineage, call)) return [];
  const request = requestOf(call, lineage);
  const shown = showCallee(call);
  const sinks: Sink[] = [
    { fact: "urls", values: [...urlPartsOf(request.url), ...request.query], text: `is put into the URL of ${shown}` },
  ];
  const where = hostOf(request, context);
  if (where.kind === "own") return sinks;
  const whom = where.kind === "named" ? where.host : "a host that is not known before it runs";
  const values = [...request.content, ...urlPartsOf(request.url), ...request.query];
  sinks.push({
    fact: "thirdParty",
    values,
    text: `is sent to ${whom} by ${shown}`,
    ...(where.kind === "open" ? { doubt: where.reason } : {}),
  });
  return sinks;
}

/** The host and path of a call of `fetch` or a client, as far as they are known, for who asks what it answers. */
export function addressOf(call: ExternalCall): string | undefined {
  const lineage = lineagesOf(call.callee).find(isClient);
  if (!lineage) return undefined;
  const { url, base } = requestOf(call, lineage);
  return [base, url]
    .flatMap((one) => (one ? textPartsOf(one) : []))
    .map((part) => (typeof part === "string" ? part : part.kind === "environment" ? `\${${part.name}}` : "${}"))
    .join("");
}

function isClient({ module, members }: Lineage): boolean {
  if (module === GLOBAL) return members.at(-1) === "fetch" || members[0] === "WebSocket";
  return CLIENTS.test(packageOf(module)) || CLIENTS.test(module);
}

/** Making a client, or reading what it answered, is no request. */
function isMaking({ members }: Lineage, call: ExternalCall): boolean {
  if (call.kind === "set") return true;
  return /^(?:create|extend|defaults|json|text|arrayBuffer|blob|formData|then|catch|finally|use|on|once|abort|pipe|Agent|setGlobalDispatcher|isAxiosError|createServer|interceptors|destroy|close)$/.test(
    members.at(-1) ?? "",
  );
}

function requestOf(call: ExternalCall, { module, members, calls }: Lineage): Request {
  const [first, second, third] = argumentsOf(call);
  const base = baseOf(calls);
  const isAxios = module === "axios" || module === "axios-retry";
  const last = members.at(-1) ?? "";
  if (isAxios && /^(?:post|put|patch|postForm|putForm)$/.test(last)) {
    return { url: first, query: [entryOf(third, "params")], content: [second, headersOf(third)], base };
  }
  if (/^(?:write|end|send|field|attach|query)$/.test(last) && call.receiver !== undefined) {
    const made = calls.find(({ args }) => args.length > 0);
    const url = urlOf(made?.args[0]) ?? base;
    return last === "query"
      ? { url, query: [first], content: [], base }
      : { url, query: [], content: [first, second], base };
  }
  const options = first?.kind === "object" ? first : second;
  const apart = ["params", "searchParams", "qs", "query"].map((name) => entryOf(options, name));
  const content = ["body", "data", "json", "form", "formData", "multipart", "variables"].map((name) =>
    entryOf(options, name),
  );
  const isGraphql = module === "graphql-request";
  // A second argument that is no object of options is the content: needle.post(url, data).
  const rest = options && options.kind !== "object" && !isOptions(options) ? [options] : [];
  return {
    url: urlOf(first) ?? base,
    query: apart,
    content: [...content, headersOf(options), ...rest, ...(isGraphql ? [second, third] : [])],
    base,
  };
}

function isOptions(value: CodeValue): boolean {
  return value.kind === "function" || value.kind === "literal";
}

function headersOf(options: CodeValue | undefined): CodeValue | undefined {
  return entryOf(options, "headers");
}

/** `fetch(new Request(url, options))` is `fetch(url, options)`. */
function argumentsOf({ args }: ExternalCall): readonly CodeValue[] {
  const [first] = args;
  const isRequest =
    first?.kind === "instance" && lineagesOf(first.of).some(({ members }) => members.at(-1) === "Request");
  return isRequest ? first.args : args;
}

/** The address in the first argument: a text, a URL, or an object of options. */
function urlOf(value: CodeValue | undefined): CodeValue | undefined {
  if (value?.kind !== "object") return value;
  const host = entryOf(value, "hostname") ?? entryOf(value, "host");
  const path = entryOf(value, "path");
  const whole = entryOf(value, "url") ?? entryOf(value, "uri") ?? entryOf(value, "href");
  if (whole) return whole;
  if (!host) return path;
  return { kind: "text", spot: value.spot, parts: ["https://", host, ...(path ? [path] : [])] };
}

function baseOf(calls: readonly ExternalCall[]): CodeValue | undefined {
  for (const { args } of calls) {
    for (const argument of args) {
      for (const name of ["baseURL", "baseUrl", "prefixUrl", "prefix", "uri"]) {
        const base = entryOf(argument, name);
        if (base) return base;
      }
    }
  }
  return undefined;
}

/** All of a URL that is not literal. */
function urlPartsOf(url: CodeValue | undefined): readonly CodeValue[] {
  return url ? [url] : [];
}

type Where =
  | { readonly kind: "own" }
  | { readonly kind: "named"; readonly host: string }
  | { readonly kind: "open"; readonly reason: string };

function hostOf({ url, base }: Request, context: SinkContext): Where {
  const wheres = [base, base === url ? undefined : url].flatMap((one) =>
    optionsOf(one).flatMap((option) => whereOf(option, context) ?? []),
  );
  return (
    wheres.find(({ kind }) => kind === "named") ??
    wheres.find(({ kind }) => kind === "own") ??
    wheres[0] ?? { kind: "open", reason: "the host is chosen at run time" }
  );
}

/** Undefined where the value says nothing of the host: a path alone. */
function whereOf(value: CodeValue, context: SinkContext): Where | undefined {
  const parts = textPartsOf(value);
  const [first] = parts;
  if (first === undefined) return undefined;
  if (typeof first === "string") {
    const text = parts.map((part) => (typeof part === "string" ? part : "\0")).join("");
    const host = /^[a-z][a-z+.-]*:\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(text)?.[1];
    if (host === undefined) return undefined;
    if (!host.includes("\0")) return judged(host, context);
    const end = /\0([^\0]*)$/.exec(host)?.[1] ?? "";
    if (end.includes("."))
      return judged(`x${end}`, context).kind === "own"
        ? { kind: "own" }
        : { kind: "named", host: `a host of ${end.replace(/^\./, "")}` };
    const inner = parts.find((part) => typeof part !== "string");
    return inner === undefined || typeof inner === "string" ? undefined : openOf(inner, context);
  }
  return openOf(first, context);
}

function openOf(value: CodeValue, context: SinkContext): Where {
  for (const option of optionsOf(value)) {
    if (option.kind === "environment") return ofVariable(option, context);
    if (option.kind === "literal" && typeof option.value === "string")
      return whereOf(option, context) ?? judged(option.value, context);
  }
  return { kind: "open", reason: "the host is chosen at run time" };
}

function ofVariable(value: CodeValue & { readonly kind: "environment" }, context: SinkContext): Where {
  const variable = context.fn && variableOf(context.fn, value.name);
  const text = variable?.text();
  if (text !== undefined) return hostIn(text, context);
  // An address that is made of a resource of the template is one's own.
  if (variable && variable.references().size > 0) return { kind: "own" };
  if (variable?.value.kind === "text") {
    const known = variable.value.parts.map((part) => (typeof part === "string" ? part : "x")).join("");
    return hostIn(known, context);
  }
  if (value.fallback) return openOf(value.fallback, context);
  return { kind: "open", reason: `where it goes hangs on what ${value.name} is set to` };
}

function hostIn(text: string, context: SinkContext): Where {
  const host = /^(?:[a-z][a-z+.-]*:\/\/)?(?:[^/@]*@)?([^/?#]+)/i.exec(text)?.[1];
  return host === undefined ? { kind: "open", reason: "the host is chosen at run time" } : judged(host, context);
}

function judged(host: string, { settings: { hosts, unsigned } }: SinkContext): Where {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const isCovered = [...hosts].some((one) => name === one || (one.startsWith("*.") && name.endsWith(one.slice(1))));
  if (isCovered || isOwnHost(name)) return { kind: "own" };
  const agreement = unsigned.get(name);
  return {
    kind: "named",
    host: agreement === undefined ? name : `${name}, whose agreement ${agreement} is not there or not signed,`,
  };
}
