/** Releases in PostgreSQL (migration 0006), and what their bundles said when they were evaluated. */
import type { FunctionManifest, Sql } from "@ward/core";
import type { FunctionRelease } from "../contract.ts";
import { releaseDigest } from "./release-digest.ts";

/** Remembers what bundles said, so that a known bundle need not be evaluated again. */
export interface EvaluationStorage {
  find(bundleDigest: string): Promise<unknown>;
  store(bundleDigest: string, value: unknown): Promise<void>;
}

export class PostgresEvaluationStorage implements EvaluationStorage {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async find(bundleDigest: string): Promise<unknown> {
    const text = "select value from runtime.evaluation where bundle_digest = $1";
    const [row] = await this.#sql.query<{ value: unknown }>(text, [bundleDigest]);
    return row?.value;
  }

  async store(bundleDigest: string, value: unknown): Promise<void> {
    const text = "insert into runtime.evaluation (bundle_digest, value) values ($1, $2) on conflict do nothing";
    await this.#sql.query(text, [bundleDigest, JSON.stringify(value)]);
  }
}

/** Keeps releases; one that is known stays as it is. */
export async function storeReleases(sql: Sql, releases: readonly FunctionRelease[]): Promise<void> {
  for (const { digest, manifest, bundle, sourceMap } of releases) {
    await sql.query(
      `insert into runtime.release (digest, name, manifest, bundle, source_map)
       values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [
        digest,
        manifest.name,
        JSON.stringify(manifest),
        Buffer.from(bundle, "utf8"),
        sourceMap === undefined ? null : Buffer.from(sourceMap, "utf8"),
      ],
    );
  }
}

/** Undefined where it is not known, or where the row is no longer what its digest says. */
export async function findRelease(sql: Sql, digest: string): Promise<FunctionRelease | undefined> {
  const text = "select manifest, bundle, source_map from runtime.release where digest = $1";
  const [row] = await sql.query<{ manifest: FunctionManifest; bundle: Buffer; source_map: Buffer | null }>(text, [
    digest,
  ]);
  if (row === undefined) return undefined;
  const bundle = row.bundle.toString("utf8");
  if (releaseDigest(bundle, row.manifest) !== digest) return undefined;
  const sourceMap = row.source_map === null ? {} : { sourceMap: row.source_map.toString("utf8") };
  return { digest, manifest: row.manifest, bundle, ...sourceMap };
}
