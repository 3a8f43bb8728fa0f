/**
 * Bearer tokens (RFC 6750) of persons and services: JWTs (RFC 7519) signed with Ed25519 and nothing else. Algorithm,
 * type, issuer and audience are pinned, so that neither `none` nor a token made for another end is taken (RFC 8725).
 * A token can never name a function: a function's identity is its socket.
 */
import { randomUUID } from "node:crypto";
import {
  ASSURANCE_LEVELS,
  BREAK_GLASS_REASONS,
  isPurposeOfUse,
  principalName,
  PURPOSES_OF_USE,
  WardError,
  type Caller,
  type Clock,
  type PersonSession,
  type Principal,
  type PurposeOfUse,
} from "@ward/core";
import { calculateJwkThumbprint, errors, importJWK, jwtVerify, SignJWT, type JWK, type JWTPayload } from "jose";

export type TokenPrincipal = Exclude<Principal, { readonly kind: "function" }>;

/** What a token says: who, and for which purpose of use. The gateway adds the trace id. */
export type Identity = { readonly principal: TokenPrincipal } & Pick<Caller, "purpose">;

export interface TokenRequest {
  readonly principal: TokenPrincipal;
  readonly purpose: PurposeOfUse;
  /** At most 24 hours. */
  readonly expiresInMinutes: number;
}

export interface TokenIssuer {
  /** Throws `invalid-request` for an identity that a token can't carry. */
  issue(request: TokenRequest): Promise<string>;
  /** From an `Authorization` header. Throws `unauthenticated` with `detail.reason`. */
  authenticate(authorization: string | undefined): Promise<Identity>;
}

export interface TokenIssuerOptions {
  /** Private Ed25519 key (RFC 8037), as `loadTokenKey` reads it. */
  readonly key: JWK;
  readonly issuer: string;
  readonly clock: Clock;
}

const ALGORITHM = "EdDSA";
const TYPE = "ward+jwt";
const AUDIENCE = "ward";
const HEADER_MAX_CHARACTERS = 4_096;
const EXPIRES_MAX_MINUTES = 24 * 60;
const ID = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/;
/** As an entry of the ledger takes it. */
const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
const ROLES_MAX = 32;
const VERIFIED_MAX = 5_000;

/** A token whose signature and claims were checked, and the seconds since 1970 between which it is valid. */
interface Verified {
  readonly identity: Identity;
  readonly from: number;
  readonly until: number;
}

export async function createTokenIssuer({ key, issuer, clock }: TokenIssuerOptions): Promise<TokenIssuer> {
  const { d: _private, ...publicJwk } = key;
  const signingKey = await importJWK(key, ALGORITHM);
  const verifyingKey = await importJWK(publicJwk, ALGORITHM);
  const kid = await calculateJwkThumbprint(publicJwk);
  // The whole header is the key: what was verified once for these bytes stays true of them but for the time.
  const verified = new Map<string, Verified>();

  return {
    async issue({ principal, purpose, expiresInMinutes }) {
      const isShort = expiresInMinutes > 0 && expiresInMinutes <= EXPIRES_MAX_MINUTES;
      if (!isShort) throw new WardError("invalid-request", { reason: "lifetime", minutesMax: EXPIRES_MAX_MINUTES });
      const roles = principal.kind === "person" ? principal.roles : undefined;
      const jti = randomUUID();
      // A person's acts are told apart by session; a token of which nobody said a session is one.
      const session = principal.kind === "person" ? { id: jti, ...principal.session } : undefined;
      const claims = { purpose, ...(roles === undefined ? {} : { roles: [...roles] }), ...claimsOf(session) };
      const subject = principalName(principal);
      if (readIdentity({ ...claims, sub: subject }) === undefined) {
        throw new WardError("invalid-request", { reason: "identity", purposes: PURPOSES_OF_USE });
      }
      const now = Math.floor(clock.now().getTime() / 1000);
      return await new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(subject)
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + Math.max(1, Math.round(expiresInMinutes * 60)))
        .setJti(jti)
        .sign(signingKey);
    },

    async authenticate(authorization = "") {
      const known = authorization.length > HEADER_MAX_CHARACTERS ? undefined : verified.get(authorization);
      if (known !== undefined && isCurrent(known)) return known.identity;
      const payload = await verify(tokenIn(authorization));
      const identity = readIdentity(payload);
      if (identity === undefined) throw refusal("identity");
      remember(authorization, { identity, from: payload.nbf ?? Infinity, until: lastSecondOf(payload) });
      return identity;
    },
  };

  function isCurrent({ from, until }: Verified): boolean {
    const now = clock.now().getTime() / 1000;
    return from <= now && now < until;
  }

  function remember(authorization: string, known: Verified): void {
    const [oldest] = verified.keys();
    if (verified.size >= VERIFIED_MAX && oldest !== undefined) verified.delete(oldest);
    verified.set(authorization, known);
  }

  async function verify(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, verifyingKey, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer,
        audience: AUDIENCE,
        currentDate: clock.now(),
        requiredClaims: ["sub", "iat", "nbf", "exp", "jti"],
        maxTokenAge: EXPIRES_MAX_MINUTES * 60,
      });
      return payload;
    } catch (error) {
      throw refusal(error instanceof errors.JWTExpired ? "expired" : "invalid");
    }
  }
}

function tokenIn(authorization: string): string {
  if (authorization === "") throw refusal("missing");
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
  if (token === undefined || authorization.length > HEADER_MAX_CHARACTERS) throw refusal("malformed");
  return token;
}

/** As `jwtVerify` judges `exp` and the token's age. */
function lastSecondOf({ exp = 0, iat = 0 }: JWTPayload): number {
  return Math.min(exp, iat + EXPIRES_MAX_MINUTES * 60);
}

/** Undefined where the claims name no principal that a token may carry. */
function readIdentity({ sub, purpose, roles, ...claims }: JWTPayload): Identity | undefined {
  const [kind, ...rest] = (sub ?? "").split(":");
  const id = rest.join(":");
  if (!ID.test(id) || !isPurposeOfUse(purpose)) return undefined;
  if (kind === "service") return roles === undefined ? { principal: { kind, id }, purpose } : undefined;
  if (kind !== "person" || !Array.isArray(roles) || roles.length > ROLES_MAX) return undefined;
  if (!roles.every((role): role is string => typeof role === "string" && ID.test(role))) return undefined;
  const session = readSession(claims, purpose);
  if (session === undefined) return undefined;
  const hasSession = Object.keys(session).length > 0;
  return { principal: { kind, id, roles, ...(hasSession ? { session } : {}) }, purpose };
}

/** `sid` and `acr` as in OpenID Connect; `device` and `break_glass` are Ward's own. */
function claimsOf({ id, device, assurance, breakGlass }: PersonSession = {}): JWTPayload {
  return {
    ...(id === undefined ? {} : { sid: id }),
    ...(device === undefined ? {} : { device }),
    ...(assurance === undefined ? {} : { acr: assurance }),
    ...(breakGlass === undefined ? {} : { break_glass: breakGlass }),
  };
}

/** Empty where the token says nothing of a session; undefined where it says what a session can't be. */
function readSession(claims: JWTPayload, purpose: PurposeOfUse): PersonSession | undefined {
  const { sid, device, acr, break_glass: given } = claims;
  const assurance = ASSURANCE_LEVELS.find((level) => level === acr);
  const breakGlass = BREAK_GLASS_REASONS.find((reason) => reason === given);
  const isId = (value: unknown): value is string => typeof value === "string" && SESSION_ID.test(value);
  if (sid !== undefined && !isId(sid)) return undefined;
  if (device !== undefined && !isId(device)) return undefined;
  if (acr !== undefined && assurance === undefined) return undefined;
  if (given !== undefined && (breakGlass === undefined || purpose !== "ETREAT")) return undefined;
  return {
    ...(isId(sid) ? { id: sid } : {}),
    ...(isId(device) ? { device } : {}),
    ...(assurance === undefined ? {} : { assurance }),
    ...(breakGlass === undefined ? {} : { breakGlass }),
  };
}

function refusal(reason: string): WardError {
  return new WardError("unauthenticated", { reason });
}
