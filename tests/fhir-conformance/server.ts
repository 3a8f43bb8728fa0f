/**
 * A whole node as a FHIR server for tests, over plain HTTP on loopback: what is sent and what came back, as a foreign
 * client sees it. `@name` in a path or a body stands for the id of what was stored under that name.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNode, type WardNode } from "@ward/platform";

export interface Json {
  readonly [member: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Any member may be asked for: what is not there is found out by the assertion on it. */
  // oxlint-disable-next-line typescript/no-explicit-any -- the answer is another program's, and each case asserts its shape
  readonly body: any;
}

export interface Request {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FhirServer {
  /** `http://127.0.0.1:…/fhir/R4` */
  readonly baseUrl: string;
  readonly node: WardNode;
  readonly ids: ReadonlyMap<string, string>;
  send(path: string, request?: Request): Promise<Answer>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Creates, and remembers the id under `name`. Throws where the server does not answer 201. */
  store(name: string, resource: Json): Promise<string>;
  /** The same server for somebody with these roles; without roles, without a token. */
  as(roles: readonly string[]): Promise<FhirServer>;
  close(): Promise<void>;
}

export const APP = new URL("../apps/fhir", import.meta.url).pathname;

export async function startFhirServer(): Promise<FhirServer> {
  const stateDir = await mkdtemp(join(tmpdir(), "ward-fhir-"));
  const node = await startNode({
    appDir: APP,
    stateDir,
    host: "127.0.0.1",
    httpsPort: 0,
    httpPlain: true,
    mllpPort: 0,
    mllpTls: true,
    development: true,
  });
  const ids = new Map<string, string>();
  const server = await speakAs(node, ids, ["tester"]);
  return {
    ...server,
    async close() {
      await node.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

async function speakAs(node: WardNode, ids: Map<string, string>, roles: readonly string[]): Promise<FhirServer> {
  const baseUrl = `http://127.0.0.1:${node.httpsPort}/fhir/R4`;
  const authorization = roles.length === 0 ? {} : { authorization: `Bearer ${await tokenOf(node, roles)}` };
  const named = (text: string): string => text.replace(/@([a-z]\w*)/g, (whole, name: string) => ids.get(name) ?? whole);
  const send: FhirServer["send"] = async (path, { method = "GET", body, headers = {} } = {}) => {
    const payload = payloadOf(body, named);
    const url = /^https?:/.test(path)
      ? path
      : `${baseUrl}${path === "" || path.startsWith("?") ? "" : "/"}${named(path)}`;
    const response = await fetch(url, {
      method,
      headers: {
        ...authorization,
        ...(payload === undefined ? {} : { "content-type": "application/fhir+json" }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
      redirect: "manual",
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  };
  return {
    baseUrl,
    node,
    ids,
    send,
    get: async (path, headers) => await send(path, headers === undefined ? {} : { headers }),
    async store(name, resource) {
      const answer = await send(resource["resourceType"] as string, { method: "POST", body: resource });
      if (answer.status !== 201) throw new Error(`${name} was not stored: ${answer.status} ${answer.text}`);
      const { id } = answer.body as { id: string };
      ids.set(name, id);
      return id;
    },
    as: async (others) => await speakAs(node, ids, others),
    close: async () => undefined,
  };
}

async function tokenOf(node: WardNode, roles: readonly string[]): Promise<string> {
  return await node.state.issueToken({ kind: "person", id: "tester-1", roles }, "TREAT", 60);
}

function payloadOf(body: unknown, named: (text: string) => string): string | Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined) return undefined;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return named(typeof body === "string" ? body : JSON.stringify(body));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
