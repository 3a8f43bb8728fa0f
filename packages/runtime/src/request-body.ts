/** Reads a request's body into memory, never to disk, and never more than a limit. */
import type { IncomingMessage } from "node:http";
import { WardError } from "@ward/core";

export async function readBody(request: IncomingMessage, sizeMaxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer;
      size += bytes.length;
      if (size > sizeMaxBytes) throw new WardError("too-large", { sizeMaxBytes });
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof WardError) throw error;
    throw new WardError("invalid-request", { why: "the body broke off" });
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}
