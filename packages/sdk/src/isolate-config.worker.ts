/**
 * Serves an app's configuration from inside the isolate that evaluates `ward.config.ts`: the file is code, so the node
 * never runs it itself. It answers `GET /manifest` and nothing else; it has no bindings.
 */
import type { AppConfig } from "@ward/core";

export function serveConfig(config: AppConfig): { fetch(request: Request): Response } {
  return {
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method !== "GET" || pathname !== "/manifest") return new Response(null, { status: 404 });
      // A config that was not exported is `undefined`, which JSON cannot say; `null` is refused with a remedy.
      return Response.json(config ?? null);
    },
  };
}
