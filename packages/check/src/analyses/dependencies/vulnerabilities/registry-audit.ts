/**
 * What the team's own registry knows: npm's bulk advisory endpoint (`POST /-/npm/v1/security/advisories/bulk`), which gets
 * names and versions of packages and nothing else. No credentials are sent.
 */
import type { Advisory } from "./advisory.ts";
import { ratingOf, scoreVector } from "./cvss.ts";
import type { Severity } from "../../../judge/fact.ts";
import semver from "semver";

const ANSWER_MAX_BYTES = 64 * 2 ** 20;
const TIMEOUT_MS = 30_000;
const ENDPOINT = "/-/npm/v1/security/advisories/bulk";
const RATED: Readonly<Record<string, Severity>> = {
  critical: "critical",
  high: "high",
  moderate: "medium",
  low: "low",
  info: "low",
};

export type Audited =
  | { readonly ok: true; readonly advisories: ReadonlyMap<string, readonly Advisory[]> }
  | { readonly ok: false; readonly reason: string };

/** The registry that an .npmrc names; undefined where it names none. */
export function registryIn(npmrc: string): string | undefined {
  const [, url] = /^\s*registry\s*=\s*"?(https?:\/\/[^\s"]+)"?\s*$/m.exec(npmrc) ?? [];
  return url;
}

export async function auditByRegistry(
  registry: string,
  versions: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<Audited> {
  const body = JSON.stringify(Object.fromEntries([...versions].map(([name, all]) => [name, [...all].toSorted()])));
  try {
    const response = await fetch(registry.replace(/\/+$/, "") + ENDPOINT, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) return { ok: false, reason: `it answered ${response.status}` };
    const text = await response.text();
    if (text.length > ANSWER_MAX_BYTES) return { ok: false, reason: "its answer is too large" };
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null || Array.isArray(answer)) {
      return { ok: false, reason: "its answer is no list of advisories" };
    }
    return { ok: true, advisories: new Map(Object.entries(answer).map(([name, all]) => [name, readAll(name, all)])) };
  } catch (thrown) {
    const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
    const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown };
    if (name === "TimeoutError") return { ok: false, reason: `it did not answer within ${TIMEOUT_MS / 1000} s` };
    if (name === "SyntaxError") return { ok: false, reason: "its answer is no JSON" };
    return { ok: false, reason: typeof code === "string" ? `it can't be reached (${code})` : "it can't be reached" };
  }
}

function readAll(name: string, all: unknown): readonly Advisory[] {
  return Array.isArray(all) ? all.flatMap((one: unknown) => readOne(name, one) ?? []) : [];
}

function readOne(name: string, one: unknown): Advisory | undefined {
  if (typeof one !== "object" || one === null) return undefined;
  const fields = one as Readonly<Record<string, unknown>>;
  const range = fields["vulnerable_versions"];
  if (typeof range !== "string" || semver.validRange(range, { loose: true }) === null) return undefined;
  const url = typeof fields["url"] === "string" ? fields["url"] : "";
  const cvss = fields["cvss"] as { readonly vectorString?: unknown } | undefined | null;
  const score = typeof cvss?.vectorString === "string" ? scoreVector(cvss.vectorString) : undefined;
  const severity = typeof fields["severity"] === "string" ? RATED[fields["severity"]] : undefined;
  const weaknesses = Array.isArray(fields["cwe"]) ? fields["cwe"] : [];
  return {
    id: /GHSA(?:-[0-9a-z]{4}){3}/.exec(url)?.[0] ?? `registry advisory ${String(fields["id"])}`,
    aliases: [],
    summary: typeof fields["title"] === "string" ? fields["title"].slice(0, 160) : "",
    severity: score ? ratingOf(score.base) : (severity ?? "medium"),
    isMalware: weaknesses.includes("CWE-506"),
    affected: [{ name, versions: new Set(), ranges: [], within: range }],
    ...(score ? { score } : {}),
  };
}
