/**
 * Makes X.509 certificates (RFC 5280) on ECDSA P-256. Loaded only when one has to be made: the ASN.1 library is large and
 * a node that finds its certificates needs none of it.
 */
// The ASN.1 library's dependency container asks for this polyfill to be there first.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

export interface IssuedCertificate {
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly keyPem: string;
}

/** A private key that no certificate knows yet. */
export async function generateKeyPem(): Promise<string> {
  const { privateKey } = await webcrypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
  return exportKey(privateKey);
}

/** A self-signed CA certificate for `keyPem`; it may sign servers and no further CA. */
export async function issueCaCertificate(keyPem: string, name: string, validity: Validity): Promise<string> {
  const keys = await importKeys(keyPem);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    notBefore: validity.from,
    notAfter: validity.to,
    signingAlgorithm: ECDSA,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return certificate.toString("pem");
}

/** A server certificate with a fresh key, signed by the CA. */
export async function issueServerCertificate(
  ca: IssuedCertificate,
  names: { readonly dns: readonly string[]; readonly ip: readonly string[] },
  validity: Validity,
): Promise<IssuedCertificate> {
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ["sign", "verify"]);
  const issuer = new X509Certificate(ca.certificatePem);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [names.dns[0] ?? "localhost"] }],
    issuer: issuer.subjectName,
    notBefore: validity.from,
    notAfter: validity.to,
    signingAlgorithm: ECDSA,
    publicKey: keys.publicKey,
    signingKey: (await importKeys(ca.keyPem)).privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([SERVER_AUTH]),
      new SubjectAlternativeNameExtension([
        ...names.dns.map((value) => ({ type: "dns" as const, value })),
        ...names.ip.map((value) => ({ type: "ip" as const, value })),
      ]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificatePem: certificate.toString("pem"), keyPem: await exportKey(keys.privateKey) };
}

/** Random and positive, 127 bits (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString("hex");
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
}

async function importKeys(keyPem: string): Promise<webcrypto.CryptoKeyPair> {
  const der = Buffer.from(keyPem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const privateKey = await webcrypto.subtle.importKey("pkcs8", der, ECDSA, true, ["sign"]);
  const { d: _private, ...jwk } = await webcrypto.subtle.exportKey("jwk", privateKey);
  const publicKey = await webcrypto.subtle.importKey("jwk", { ...jwk, key_ops: ["verify"] }, ECDSA, true, ["verify"]);
  return { privateKey, publicKey };
}
