/** Which headers pass the egress proxy. What is not listed does not leave, and does not come in. */

const OUT =
  /^(?:accept|accept-language|authorization|cache-control|content-encoding|content-language|content-type|date|idempotency-key|if-match|if-none-match|if-modified-since|if-unmodified-since|prefer|range|traceparent|user-agent|x-[a-z0-9-]+)$/;
/** Extension headers that speak of the sender's network or of Ward. */
const NEVER_OUT = /^x-(?:forwarded-|real-ip|ward-|original-|client-ip)/;
const NEVER_IN =
  /^(?:connection|keep-alive|proxy-.*|transfer-encoding|te|trailer|upgrade|content-length|alt-svc|ward-.*)$/;

/** What leaves. Repeated headers are joined (RFC 9110 §5.3). */
export function outgoingHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || !OUT.test(name) || NEVER_OUT.test(name)) continue;
    passed[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return passed;
}

/** What the function gets back. */
export function incomingHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | string[]> {
  const passed: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !NEVER_IN.test(name)) passed[name] = value;
  }
  return passed;
}
