/**
 * A certificate authority for one machine, so that TLS is on from the first start (45 CFR 164.312(e)(1)). A hospital
 * that has certificates of its own uses those instead. INVARIANT: a CA key is never overwritten, since every client
 * that trusts it would break; keys are readable by their owner only; a crash leaves either the whole file or none.
 */
import { createPrivateKey, randomUUID, X509Certificate } from "node:crypto";
import { chmod, link, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { WardError, type Clock } from "@ward/core";
import type { IssuedCertificate, Validity } from "./issue-certificate.ts";

export interface TlsMaterial {
  /** PEM, PKCS #8. */
  readonly key: string;
  /** PEM, server certificate first. */
  readonly cert: string;
}

export interface LocalCa {
  /** For clients: PEM and where it lies. */
  readonly caPem: string;
  readonly caFile: string;
  readonly tls: TlsMaterial;
}

export interface LocalCaOptions {
  /** Made with mode 0700 where it does not exist. */
  readonly dir: string;
  readonly clock: Clock;
  /** Names beside localhost, 127.0.0.1 and ::1; the machine's host name where absent. */
  readonly names?: readonly string[];
}

const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
/** Apple's and the CA/Browser Forum's longest life of a server certificate. */
const SERVER_DAYS = 397;
const RENEW_BEFORE_DAYS = 30;

/** Finds or makes the CA and its server certificate. Throws `startup-failed` where a CA is there but of no use. */
export async function createLocalCa({ dir, clock, names = [hostname()] }: LocalCaOptions): Promise<LocalCa> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const ca = await findOrMakeCa(dir, clock);
  const dns = [
    "localhost",
    ...new Set(names.filter((name) => /^[A-Za-z0-9.-]{1,253}$/.test(name) && name !== "localhost")),
  ];
  const ip = ["127.0.0.1", "::1"];
  const serverFile = join(dir, "server.pem");
  const found = await readIfThere(serverFile);
  const kept = found === undefined ? undefined : usableServer(found, ca.certificatePem, dns, clock.now());
  const tls = kept ?? (await makeServer(serverFile, ca, { dns, ip }, clock.now()));
  return { caPem: ca.certificatePem, caFile: join(dir, "ca.pem"), tls };
}

async function findOrMakeCa(dir: string, clock: Clock): Promise<IssuedCertificate> {
  const keyFile = join(dir, "ca-key.pem");
  const certificateFile = join(dir, "ca.pem");
  // The key first: a certificate can be made again for a key, a key for a certificate cannot.
  let keyPem = await readIfThere(keyFile);
  if (keyPem === undefined) {
    if ((await readIfThere(certificateFile)) !== undefined) throw caUnusable("ca-key-missing");
    const { generateKeyPem } = await import("./issue-certificate.ts");
    keyPem = await writeOnce(keyFile, await generateKeyPem(), 0o600);
  } else {
    await chmod(keyFile, 0o600);
  }
  let certificatePem = await readIfThere(certificateFile);
  if (certificatePem === undefined) {
    const { issueCaCertificate } = await import("./issue-certificate.ts");
    const made = await issueCaCertificate(keyPem, `Ward local CA (${hostname()})`, validity(clock.now(), CA_DAYS));
    certificatePem = await writeOnce(certificateFile, made, 0o644);
  }
  const certificate = parse(() => new X509Certificate(certificatePem));
  const key = parse(() => createPrivateKey(keyPem));
  if (!certificate.checkPrivateKey(key)) throw caUnusable("ca-key-does-not-match");
  if (certificate.validToDate <= clock.now()) throw caUnusable("ca-expired");
  return { certificatePem, keyPem };
}

/** The stored server certificate, where it is still right: signed by this CA, for these names, and not near its end. */
function usableServer(pem: string, caPem: string, dns: readonly string[], now: Date): TlsMaterial | undefined {
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(pem)?.[0];
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem)?.[0];
  if (key === undefined || cert === undefined) return undefined;
  try {
    const certificate = new X509Certificate(cert);
    const fits =
      certificate.verify(new X509Certificate(caPem).publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      dns.every((name) => certificate.checkHost(name) !== undefined) &&
      certificate.validFromDate <= now &&
      certificate.validToDate.getTime() - now.getTime() > RENEW_BEFORE_DAYS * DAY_MS;
    return fits ? { key, cert: `${cert}\n${caPem}` } : undefined;
  } catch {
    // A file that does not parse is replaced: nothing depends on the server key but this process.
    return undefined;
  }
}

async function makeServer(
  file: string,
  ca: IssuedCertificate,
  names: { readonly dns: readonly string[]; readonly ip: readonly string[] },
  now: Date,
): Promise<TlsMaterial> {
  const { issueServerCertificate } = await import("./issue-certificate.ts");
  const caEnds = new X509Certificate(ca.certificatePem).validToDate;
  const { from, to } = validity(now, SERVER_DAYS);
  const made = await issueServerCertificate(ca, names, { from, to: to < caEnds ? to : caEnds });
  await replace(file, `${made.keyPem}${made.certificatePem}\n`, 0o600);
  return { key: made.keyPem, cert: `${made.certificatePem}\n${ca.certificatePem}` };
}

/** Begins an hour ago, so that a client whose clock is slow can connect at once. */
function validity(now: Date, days: number): Validity {
  return { from: new Date(now.getTime() - 3_600_000), to: new Date(now.getTime() + days * DAY_MS) };
}

/** Makes `file` unless another process did; answers what lies there in the end. */
async function writeOnce(file: string, content: string, mode: number): Promise<string> {
  const temporary = await writeBeside(file, content, mode);
  try {
    await link(temporary, file);
    return content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return await readFile(file, "utf8");
  } finally {
    await rm(temporary, { force: true });
  }
}

async function replace(file: string, content: string, mode: number): Promise<void> {
  await rename(await writeBeside(file, content, mode), file);
}

async function writeBeside(file: string, content: string, mode: number): Promise<string> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  const handle = await open(temporary, "wx", mode);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return temporary;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw caUnusable("ca-unreadable");
  }
}

function caUnusable(reason: string): WardError {
  return new WardError("startup-failed", { reason });
}
