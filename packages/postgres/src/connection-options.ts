/**
 * From a `DATABASE_URL` to what the driver is told. A connection that leaves the machine is encrypted and the server's
 * name is verified (45 CFR 164.312(e)(1)); `sslmode` values that would do less are refused, not obeyed. Plain
 * connections exist only where nobody can listen: a Unix socket or the loopback interface.
 */
import { readFileSync } from "node:fs";
import type { ConnectionOptions as TlsOptions } from "node:tls";
import { WardError } from "@ward/core";

/** Where the database is: a URL as in `DATABASE_URL`, or what `startEmbeddedPostgres` answered. */
export type ConnectionTarget =
  | { readonly connectionString: string; readonly tls?: TlsTrust }
  | {
      /** A host name, or the directory of a Unix socket. */
      readonly host: string;
      readonly port?: number;
      readonly user: string;
      readonly password?: string;
      readonly database: string;
      readonly tls?: TlsTrust;
    };

export interface TlsTrust {
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  /** PEM client certificate and key, where the server asks for them. */
  readonly cert?: string;
  readonly key?: string;
}

/** What `pg` understands. */
export interface DriverOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly database: string;
  readonly ssl: false | TlsOptions;
}

const WEAK_MODES = ["disable", "allow", "prefer", "no-verify"];

export function readConnectionTarget(target: ConnectionTarget): DriverOptions {
  if (!("connectionString" in target)) {
    const { host, port = 5432, user, password, database } = target;
    const ssl = isPrivate(host) && !target.tls ? false : verified(target.tls ?? {});
    return { host, port, user, database, ssl, ...(password === undefined ? {} : { password }) };
  }
  const url = parse(target.connectionString);
  const host = url.searchParams.get("host") ?? decodeURIComponent(url.hostname.replace(/^\[(.*)\]$/, "$1"));
  const mode = url.searchParams.get("sslmode");
  if (!isPrivate(host) && mode !== null && WEAK_MODES.includes(mode)) {
    throw new WardError("startup-failed", {
      reason: `DATABASE_URL asks for sslmode=${mode}: a database on another host is reached with verify-full only`,
    });
  }
  const plain = isPrivate(host) && (host.startsWith("/") || mode === null || WEAK_MODES.includes(mode)) && !target.tls;
  const rootCertificate = url.searchParams.get("sslrootcert");
  const password = url.searchParams.get("password") ?? decodeURIComponent(url.password);
  return {
    host: host === "" ? "localhost" : host,
    port: Number(url.searchParams.get("port") ?? (url.port === "" ? 5432 : url.port)),
    user: url.searchParams.get("user") ?? decodeURIComponent(url.username),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: plain
      ? false
      : verified({ ...(rootCertificate ? { ca: readCertificate(rootCertificate) } : {}), ...target.tls }),
    ...(password === "" ? {} : { password }),
  };
}

/** Nobody on the network can listen here. An empty host means this machine, as in libpq. */
export function isPrivate(host: string): boolean {
  return (
    host === "" || host.startsWith("/") || host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host)
  );
}

function verified(trust: TlsTrust): TlsOptions {
  return { ...trust, rejectUnauthorized: true, minVersion: "TLSv1.2" };
}

function parse(text: string): URL {
  // `user@/database?host=/socket` is common and has no host, which the URL standard refuses together with a user.
  const url = URL.parse(text) ?? URL.parse(text.replace("@/", "@localhost/"));
  if (url && /^postgres(ql)?:$/.test(url.protocol)) return url;
  throw new WardError("startup-failed", { reason: "DATABASE_URL is not of the form postgres://user@host/database" });
}

function readCertificate(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new WardError("startup-failed", { reason: "the file that sslrootcert names cannot be read", path });
  }
}
