/** A request's body: counted while it comes, decoded strictly, parsed once. Nothing of it reaches an error. */
import type { IncomingMessage } from "node:http";
import { WardError } from "@ward/core";

/** Deeper JSON than any resource or schema has; recursion over it could exhaust the stack. */
const MAX_DEPTH = 128;

/** Keeps nothing between bodies: each is decoded whole. */
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Throws `too-large`, or `invalid-request` where the bytes are not UTF-8 or end early. */
export async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const bytes = await readBytes(request, maxBytes);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new WardError("invalid-request");
  }
}

/** Throws `too-large`, or `invalid-request` where the bytes end early. */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") throw new WardError("unsupported-media-type");
  const tooLarge = (): WardError => new WardError("too-large", { maxBytes });
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  // Of a request without a body there will be no events.
  if (request.readableEnded) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else {
        request.pause();
        reject(tooLarge());
      }
    });
    let hasEnded = false;
    request.on("end", () => {
      hasEnded = true;
      resolve();
    });
    const endEarly = (): void => {
      // Closed is also what came whole; an error made for nothing would cost more than reading the body.
      if (!hasEnded) reject(new WardError("invalid-request"));
    };
    request.on("error", endEarly);
    request.on("close", endEarly);
  });
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}

/** Throws `invalid-request` where `text` is not JSON, or is nested too deeply. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not passed on as the cause: V8 quotes the text around the mistake.
    throw new WardError("invalid-request");
  }
  if (isDeeperThan(text, MAX_DEPTH)) throw new WardError("invalid-request", { maxDepth: MAX_DEPTH });
  return value;
}

/** A media type and nothing else, in lower case. */
const PLAIN = /^[a-z0-9]+\/[a-z0-9.+-]+$/;

/** `application/fhir+json; charset=utf-8` → its media type, where the charset is UTF-8 or not named. */
export function mediaType(header: string | undefined): string | undefined {
  if (header === undefined || PLAIN.test(header)) return header;
  const [type = "", ...parameters] = header.toLowerCase().split(";");
  const charset = parameters.map((parameter) => /^\s*charset="?([^"\s]+)"?\s*$/.exec(parameter)?.[1]).find(Boolean);
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") return undefined;
  return type.trim();
}

/** `text` is valid JSON. */
function isDeeperThan(text: string, max: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      for (at += 1; text.charCodeAt(at) !== 0x22; at += 1) if (text.charCodeAt(at) === 0x5c) at += 1;
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > max) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}
