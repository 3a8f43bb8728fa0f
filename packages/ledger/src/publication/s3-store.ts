/**
 * An S3 bucket with Object Lock as ledger store. Every object is put under retention in compliance mode, which nobody
 * can shorten or lift, the account's owner included; a second version of an object, or its deletion, stays visible in
 * the bucket's list of versions, and `list` tells of it (45 CFR 164.312(c)(1), 164.316(b)(2)(i)).
 *
 * INVARIANT: nothing is put without retention: a bucket without Object Lock is refused before the first object, and a
 * server that ignores the retention headers is refused after it.
 */
import { createHash } from "node:crypto";
import { assert, type Clock } from "@ward/core";
import { AwsClient } from "aws4fetch";
import { CHECKPOINT_PATH, isFullTilePath, isLedgerPath, isPartialPath } from "./layout.ts";
import { type LedgerStore, StoreConflict, type StoredObject } from "./ledger-store.ts";
import { readBucketVersions, type BucketVersion } from "./s3-versions.ts";

export interface S3StoreOptions {
  /** The bucket's URL with an optional folder: `https://s3.eu-central-1.amazonaws.com/bucket/ledger`. */
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly clock: Clock;
  /** For everything but partial tiles and the checkpoint that changes: HIPAA's six years and one. */
  readonly retentionDays?: number;
  /** For partial tiles and former versions of `checkpoint`, which full tiles and `history/` outlive. */
  readonly passingRetentionDays?: number;
  readonly timeoutMs?: number;
}

/** An answer that is neither success nor an expected refusal. Holds no body: S3 echoes what it was sent. */
export class StoreUnavailable extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the store answered ${status}`);
    this.name = "StoreUnavailable";
    this.status = status;
  }
}

const RETENTION_DAYS = 7 * 366;
const PASSING_RETENTION_DAYS = 30;
const TIMEOUT_MS = 10_000;
const DAY_MS = 86_400_000;
const CONFLICT_ATTEMPTS = 5;

/** Asks nothing of the server yet: a node can start while the store is away. */
export function openS3Store(options: S3StoreOptions): LedgerStore {
  const bucket = new Bucket(options);
  return {
    place: bucket.url,
    async put(path, bytes) {
      await bucket.requireObjectLock();
      await putOnce(bucket, path, bytes);
    },
    async replaceCheckpoint(note) {
      await bucket.requireObjectLock();
      const response = await bucket.send("PUT", CHECKPOINT_PATH, { bytes: note, lockDays: bucket.passingDays });
      requireStatus(response, [200]);
    },
    get: async (path) => await bucket.read(path),
    list: (folder) => listObjects(bucket, folder),
    async removePartials(fullPath) {
      assert(isFullTilePath(fullPath), "only partial tiles may go");
      // Under retention it cannot go; the bucket's lifecycle rule lets it expire.
    },
    async removePruned(path) {
      // A deletion marker before the retention's end would look like an attack; the lifecycle rule removes it after.
      assert(isLedgerPath(path), "a store holds the log's paths only");
    },
  };
}

interface Sending {
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly lockDays?: number;
}

class Bucket {
  readonly url: string;
  readonly prefix: string;
  readonly passingDays: number;
  readonly #options: S3StoreOptions;
  readonly #client: AwsClient;
  readonly #root: string;
  #isLockOn = false;
  #isLockSeen = false;

  constructor(options: S3StoreOptions) {
    const url = new URL(options.url.replace(/\/*$/, "/"));
    assert(url.username === "" && url.search === "", "a bucket's URL holds no credentials");
    const [, name = "", ...folders] = url.pathname.split("/");
    assert(name !== "", "a bucket is named in the URL's path");
    this.url = url.href;
    this.prefix = folders.join("/");
    this.passingDays = options.passingRetentionDays ?? PASSING_RETENTION_DAYS;
    this.#root = `${url.origin}/${name}`;
    this.#options = options;
    const { accessKeyId, secretAccessKey, sessionToken, region } = options;
    const session = sessionToken === undefined ? {} : { sessionToken };
    this.#client = new AwsClient({ accessKeyId, secretAccessKey, region, service: "s3", retries: 0, ...session });
  }

  async requireObjectLock(): Promise<void> {
    if (this.#isLockOn) return;
    const response = await this.#fetch("GET", `${this.#root}?object-lock`, {}, undefined);
    const text = await response.text();
    if (response.status !== 200 && response.status !== 404) throw new StoreUnavailable(response.status);
    assert(
      /<ObjectLockEnabled>\s*Enabled\s*<\/ObjectLockEnabled>/.test(text),
      "the bucket was made with Object Lock; without it objects could be altered",
    );
    this.#isLockOn = true;
  }

  async send(method: "GET" | "PUT" | "HEAD", path: string, sending: Sending = {}): Promise<Response> {
    assert(isLedgerPath(path), "a store holds the log's paths only");
    const lock = sending.lockDays === undefined ? {} : this.#lockHeaders(sending.lockDays);
    const headers = { ...lock, ...sending.headers };
    return await this.#fetch(method, `${this.#root}/${this.prefix}${path}`, headers, sending.bytes);
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const response = await this.send("GET", path);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.status === 404) return undefined;
    requireStatus(response, [200]);
    return bytes;
  }

  async versions(folder: string, marker: string): Promise<string> {
    const query = new URLSearchParams({ "encoding-type": "url", prefix: this.prefix + folder });
    const response = await this.#fetch("GET", `${this.#root}?versions&${query.toString()}${marker}`, {}, undefined);
    const text = await response.text();
    requireStatus(response, [200]);
    return text;
  }

  /** Once: a server that takes the headers and keeps nothing of them is no WORM store. */
  async requireRetention(path: string): Promise<void> {
    if (this.#isLockSeen) return;
    const response = await this.send("HEAD", path);
    requireStatus(response, [200]);
    const until = Date.parse(response.headers.get("x-amz-object-lock-retain-until-date") ?? "");
    const isKept =
      response.headers.get("x-amz-object-lock-mode") === "COMPLIANCE" && until > this.#options.clock.now().getTime();
    assert(isKept, "the store keeps what is put under retention in compliance mode");
    this.#isLockSeen = true;
  }

  lockDaysOf(path: string): number {
    return isPartialPath(path) ? this.passingDays : (this.#options.retentionDays ?? RETENTION_DAYS);
  }

  #lockHeaders(days: number): Record<string, string> {
    const until = new Date(this.#options.clock.now().getTime() + days * DAY_MS);
    return { "x-amz-object-lock-mode": "COMPLIANCE", "x-amz-object-lock-retain-until-date": until.toISOString() };
  }

  async #fetch(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    bytes: Uint8Array | undefined,
  ): Promise<Response> {
    const digest = createHash("sha256").update(bytes ?? "");
    const sums = bytes && {
      // Object Lock requires one of them; older servers know only the first.
      "content-md5": createHash("md5").update(bytes).digest("base64"),
      "x-amz-checksum-sha256": digest.copy().digest("base64"),
      "content-type": "application/octet-stream",
    };
    return await this.#client.fetch(url, {
      method,
      headers: { ...headers, ...sums, "x-amz-content-sha256": digest.digest("hex") },
      ...(bytes === undefined ? {} : { body: Buffer.from(bytes) }),
      redirect: "error",
      signal: AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS),
    });
  }
}

/**
 * Read first, then written on condition that nothing is there. A server that ignores the condition (Ceph 16 does) leaves
 * a gap between the two, which only a second publisher can fall into: the lock in the database keeps those apart, and
 * `list` would show the second version.
 */
async function putOnce(bucket: Bucket, path: string, bytes: Uint8Array): Promise<void> {
  if (await holds(bucket, path, bytes)) return;
  for (let attempt = 1; ; attempt += 1) {
    const response = await bucket.send("PUT", path, {
      bytes,
      headers: { "if-none-match": "*" },
      lockDays: bucket.lockDaysOf(path),
    });
    await response.arrayBuffer();
    if (response.status === 200) return await bucket.requireRetention(path);
    // 409: another write of this object is under way.
    if (response.status === 409 && attempt < CONFLICT_ATTEMPTS) continue;
    requireStatus(response, [412]);
    if (await holds(bucket, path, bytes)) return;
    assert(attempt < CONFLICT_ATTEMPTS, "an object that is refused as there can be read");
  }
}

async function holds(bucket: Bucket, path: string, bytes: Uint8Array): Promise<boolean> {
  const there = await bucket.read(path);
  if (there !== undefined && Buffer.compare(there, bytes) !== 0) throw new StoreConflict(path);
  return there !== undefined;
}

/** One object for each path. The same bytes put twice are no rewriting: a server may have answered too late. */
async function* listObjects(bucket: Bucket, folder: string): AsyncIterable<StoredObject> {
  let current: { readonly path: string; readonly etag: string; isRewritten: boolean } | undefined;
  for await (const version of readBucketVersions(async (marker) => await bucket.versions(folder, marker))) {
    const path = version.key.slice(bucket.prefix.length);
    if (current && current.path !== path) yield current;
    current = current?.path === path ? current : { path, etag: version.etag, isRewritten: false };
    current.isRewritten ||= isSecond(version, current.etag);
  }
  if (current) yield current;
}

function isSecond(version: BucketVersion, etag: string): boolean {
  return version.isDeletion || version.etag !== etag;
}

function requireStatus(response: Response, expected: readonly number[]): void {
  if (!expected.includes(response.status)) throw new StoreUnavailable(response.status);
}
