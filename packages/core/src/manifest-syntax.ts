/**
 * The syntax of the names in a function's definition. Each check answers undefined, or a sentence that says what is
 * expected instead. None quotes what it was given: a definition is code, but its errors end up in logs.
 */

/** Lower-case words and hyphens: function and app names become file names, principals and socket names. */
export function nameProblem(value: string): string | undefined {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(value)) return undefined;
  return "use lower-case letters, digits and hyphens, starting with a letter, at most 63 characters";
}

/** A path below `/fn/`: segments of unreserved characters (RFC 3986 §2.3) or `:parameter`. */
export function routeProblem(value: string): string | undefined {
  if (value.length > 256) return "use at most 256 characters";
  const parameters = new Set<string>();
  for (const segment of value.split("/")) {
    const parameter = /^:([a-z][A-Za-z0-9]*)$/.exec(segment)?.[1];
    if (parameter === undefined) {
      // "." and ".." would be resolved away by clients, so that the route could never be reached.
      if (/^[A-Za-z0-9._~-]+$/.test(segment) && !/^\.{1,2}$/.test(segment)) continue;
      return "use segments of letters, digits, '.', '_', '~', '-' or ':parameter', joined by '/', without a leading '/'";
    }
    if (parameters.has(parameter)) return "name each ':parameter' once";
    parameters.add(parameter);
  }
  return undefined;
}

/** HL7 v2 MSH-9.1 and MSH-9.2. */
export function hl7MessageProblem(value: string): string | undefined {
  if (/^[A-Z][A-Z0-9]{2}\^[A-Z][A-Z0-9]{2}$/.test(value)) return undefined;
  return "write message type and event as in MSH-9, for example ORU^R01";
}

/** CloudEvents 1.0 `type`: dotted lower-case words, so that a type can be a policy id and a queue name. */
export function eventTypeProblem(value: string): string | undefined {
  if (value.length <= 128 && /^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$/.test(value)) return undefined;
  return "use dotted lower-case words, for example lab.result.filed, at most 128 characters";
}

export function secretNameProblem(value: string): string | undefined {
  if (/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(value)) return undefined;
  return "use letters, digits, '_' and '-', starting with a letter, at most 64 characters";
}

const CRON_FIELDS = [
  ["minute", 0, 59],
  ["hour", 0, 23],
  ["day of month", 1, 31],
  ["month", 1, 12],
  ["day of week", 0, 6],
] as const;

/** Five fields of `*`, `*\/n`, numbers, ranges and lists of them: what graphile-worker's crontab understands. */
export function cronProblem(value: string): string | undefined {
  const fields = value.split(" ");
  if (fields.length !== CRON_FIELDS.length)
    return "write five fields separated by one space, in UTC, as in '30 6 * * *'";
  for (const [index, [name, low, high]] of CRON_FIELDS.entries()) {
    const parts = (fields[index] ?? "").split(",");
    if (!parts.every((part) => isCronPart(part, low, high))) {
      return `write the ${name} as '*', '*/n', numbers from ${low} to ${high}, ranges or lists of them`;
    }
  }
  return undefined;
}

function isCronPart(part: string, low: number, high: number): boolean {
  if (part === "*") return true;
  const step = /^\*\/(\d{1,2})$/.exec(part)?.[1];
  if (step !== undefined) return Number(step) >= 1 && Number(step) <= high;
  const range = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(part);
  if (range === null) return false;
  const from = Number(range[1]);
  const to = Number(range[2] ?? range[1]);
  return from >= low && from <= to && to <= high;
}

/**
 * Exact host, with the port where it is not 443. An address literal would pass by name checks at the proxy, and a
 * wildcard would make the list of recipients unknowable (45 CFR 164.504(e) asks for an agreement with each).
 */
export function egressHostProblem(value: string): string | undefined {
  const match = /^([a-z0-9.-]{1,253})(?::([1-9][0-9]{0,4}))?$/.exec(value);
  if (match === null)
    return "name one exact host in lower case, with ':port' where it is not 443; no scheme, path or wildcard";
  const [, host = "", port] = match;
  if (port !== undefined && Number(port) > 65_535) return "use a port from 1 to 65535";
  if (port === "443") return "leave out ':443', it is the default";
  if (host === "localhost" || host === "127.0.0.1") return undefined;
  const labels = host.split(".");
  // URL parsers read a host whose last label is a number (also hexadecimal) as an IPv4 address.
  if (/^(?:[0-9]+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? "")) {
    return "name the host, not its address; of addresses only 127.0.0.1 may be granted";
  }
  if (labels.length < 2) return "name the host with its domain, as sms.example.org";
  if (!labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) {
    return "write each label with letters, digits and inner hyphens, at most 63 characters";
  }
  return undefined;
}

export function feedUrlProblem(value: string): string | undefined {
  const match = /^https:\/\/([^/?#@]+)(\/[A-Za-z0-9._~/-]{0,200})?$/.exec(value);
  // What a feed carries tells of patients by pseudonym: no place for it in a URL, and no way without TLS.
  if (match === null) return "write https://, a host and a path; no user, query or fragment";
  return egressHostProblem(match[1] ?? "");
}

/** `"none"` or the name of a file in `compliance/baas/`. */
export function baaNameProblem(value: string): string | undefined {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(value)) return undefined;
  return 'name a file in compliance/baas/ without ".yaml", or "none"';
}

/** ISO 3166-1 country (`DE`) or cloud region (`eu-central-1`, `us-gov-west-1`, `europe-west3`). */
export function residencyProblem(value: string): string | undefined {
  if (/^(?:[A-Z]{2}|[a-z]{2,}(?:-[a-z]+)+-?\d{1,2})$/.test(value)) return undefined;
  return "use ISO 3166-1 country codes (DE) or cloud region codes (eu-central-1)";
}
