/**
 * A loopback server that speaks as much of S3 as the ledger store uses and is stricter than S3: every request must carry
 * a Signature Version 4 that it computes for itself, every object its MD5, its SHA-256 and its retention. Versions are
 * kept for ever, as under Object Lock.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface S3Version {
  readonly key: string;
  /** Undefined: a deletion. */
  readonly bytes: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface StrictS3Server {
  readonly url: string;
  /** Oldest first. */
  readonly versions: S3Version[];
  /** Each refusal with its reason: a correct client causes none but 404 and 412. */
  readonly refusals: string[];
  /** Answers this instead, where set. */
  failWith: number | undefined;
  keepsRetention: boolean;
  hasObjectLock: boolean;
  pageSize: number;
  close(): Promise<void>;
}

export const CREDENTIALS = { accessKeyId: "WARDTESTKEY", secretAccessKey: "ward-test-secret", region: "eu-test-1" };

type Answer = readonly [status: number, body?: string | Buffer, headers?: Readonly<Record<string, string>>];

export async function startStrictS3Server(): Promise<StrictS3Server> {
  const state: Omit<StrictS3Server, "url" | "close"> = {
    versions: [],
    refusals: [],
    failWith: undefined,
    keepsRetention: true,
    hasObjectLock: true,
    pageSize: 3,
  };
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const [status, body = "", headers = {}] = answer(state, request, Buffer.concat(parts));
      if (status >= 400) state.refusals.push(`${status} ${request.method} ${request.url} ${body.toString()}`);
      response.writeHead(status, headers).end(request.method === "HEAD" ? undefined : body);
    })();
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket/`, close });
}

function answer(state: Omit<StrictS3Server, "url" | "close">, request: IncomingMessage, body: Buffer): Answer {
  if (state.failWith !== undefined) return [state.failWith];
  const wrong = findSignatureFault(request, body);
  if (wrong !== undefined) return [403, wrong];
  const url = new URL(request.url ?? "", "http://localhost");
  if (!url.pathname.startsWith("/bucket")) return [404, "NoSuchBucket"];
  const key = decodeURIComponent(url.pathname.slice("/bucket/".length));
  if (url.searchParams.has("object-lock")) return lockConfiguration(state);
  if (url.searchParams.has("versions")) return [200, listVersions(state, url.searchParams)];
  const current = state.versions.findLast((version) => version.key === key);
  if (request.method === "PUT") return putObject(state, key, request, body, current?.bytes !== undefined);
  if (current?.bytes === undefined) return [404, "NoSuchKey"];
  return [200, current.bytes, state.keepsRetention ? current.headers : {}];
}

function lockConfiguration({ hasObjectLock }: Pick<StrictS3Server, "hasObjectLock">): Answer {
  if (!hasObjectLock) return [404, "<Error><Code>ObjectLockConfigurationNotFoundError</Code></Error>"];
  return [200, "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"];
}

function putObject(
  state: Pick<StrictS3Server, "versions">,
  key: string,
  { headers }: IncomingMessage,
  bytes: Buffer,
  exists: boolean,
): Answer {
  const header = (name: string): string => String(headers[name] ?? "");
  if (header("content-md5") !== createHash("md5").update(bytes).digest("base64")) return [400, "BadDigest: MD5"];
  if (header("x-amz-checksum-sha256") !== createHash("sha256").update(bytes).digest("base64")) {
    return [400, "BadDigest: SHA-256"];
  }
  if (header("x-amz-object-lock-mode") !== "COMPLIANCE") return [400, "not in compliance mode"];
  const until = Date.parse(header("x-amz-object-lock-retain-until-date"));
  if (!(until > Date.now() + 86_400_000)) return [400, "retention of less than a day"];
  if (key !== "ledger/checkpoint") {
    if (header("if-none-match") !== "*") return [400, "would overwrite"];
    if (exists) return [412, "PreconditionFailed"];
  }
  const kept = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-object-lock-"));
  state.versions.push({ key, bytes, headers: Object.fromEntries(kept) as Record<string, string> });
  return [200, "", { etag: etagOf(bytes) }];
}

/** By key, the newest version of each first, in pages. */
function listVersions(
  { versions, pageSize }: StrictS3Server | Omit<StrictS3Server, "url" | "close">,
  query: URLSearchParams,
): string {
  const ordered = versions
    .map((version, at) => ({ ...version, id: String(at) }))
    .filter(({ key }) => key.startsWith(query.get("prefix") ?? ""))
    .toSorted(
      (one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)) || Number(other.id) - Number(one.id),
    );
  const [key, id] = [query.get("key-marker"), query.get("version-id-marker")];
  const start = key === null ? 0 : ordered.findIndex((version) => version.key === key && version.id === id) + 1;
  const page = ordered.slice(start, start + pageSize);
  const last = page.at(-1);
  const more = last !== undefined && start + pageSize < ordered.length;
  const next = more
    ? `<NextKeyMarker>${encodeURIComponent(last.key)}</NextKeyMarker><NextVersionIdMarker>${last.id}</NextVersionIdMarker>`
    : "";
  const items = page.map((version) => {
    const names = `<Key>${encodeURIComponent(version.key)}</Key><VersionId>${version.id}</VersionId>`;
    return version.bytes === undefined
      ? `<DeleteMarker>${names}</DeleteMarker>`
      : `<Version>${names}<ETag>${etagOf(version.bytes)}</ETag></Version>`;
  });
  return `<ListVersionsResult><IsTruncated>${String(more)}</IsTruncated>${next}${items.join("")}</ListVersionsResult>`;
}

function etagOf(bytes: Buffer): string {
  return `&quot;${createHash("md5").update(bytes).digest("hex")}&quot;`;
}

/** Signature Version 4, computed anew from the request as it arrived. */
function findSignatureFault(request: IncomingMessage, body: Buffer): string | undefined {
  const header = (name: string): string => String(request.headers[name] ?? "");
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8}\/[^/]+\/s3\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, accessKeyId, scope = "", signedNames = "", signature = ""] = pattern.exec(header("authorization")) ?? [];
  if (accessKeyId !== CREDENTIALS.accessKeyId) return "no signature of a known key";
  const names = signedNames.split(";");
  const mustSign = Object.keys(request.headers).filter((name) => name.startsWith("x-amz-") || name === "if-none-match");
  const unsigned = ["host", ...mustSign].find((name) => !names.includes(name));
  if (unsigned !== undefined) return `${unsigned} is not signed`;
  const digest = createHash("sha256").update(body).digest("hex");
  if (header("x-amz-content-sha256") !== digest) return "the signed digest is not the body's";
  if (Math.abs(Date.now() - timeOf(header("x-amz-date"))) > 900_000) return "RequestTimeTooSkewed";
  const url = new URL(request.url ?? "", "http://localhost");
  const encode = (text: string): string =>
    encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).toSorted();
  const canonical = [
    request.method,
    url.pathname,
    query.join("&"),
    ...names.map((name) => `${name}:${header(name).trim().replaceAll(/ +/g, " ")}`),
    "",
    signedNames,
    digest,
  ].join("\n");
  const text = [
    "AWS4-HMAC-SHA256",
    header("x-amz-date"),
    scope,
    createHash("sha256").update(canonical).digest("hex"),
  ].join("\n");
  const key = scope
    .split("/")
    .reduce<Buffer>((secret, part) => hmac(secret, part), Buffer.from(`AWS4${CREDENTIALS.secretAccessKey}`));
  return timingSafeEqual(hmac(key, text), Buffer.from(signature, "hex")) ? undefined : "SignatureDoesNotMatch";
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}
