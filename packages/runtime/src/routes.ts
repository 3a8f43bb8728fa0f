/** Which HTTP-triggered function a method and a path below `/fn/` mean. Literal segments win over parameters. */
import type { FunctionManifest } from "@ward/core";

export interface RouteMatch {
  readonly manifest: FunctionManifest;
  readonly params: Readonly<Record<string, string>>;
}

interface Route {
  readonly manifest: FunctionManifest;
  readonly method: string;
  readonly segments: readonly string[];
}

export function createRoutes(
  manifests: readonly FunctionManifest[],
): (method: string, path: string) => RouteMatch | undefined {
  const routes = manifests.flatMap((manifest): Route[] => {
    const { trigger } = manifest;
    return trigger.kind === "http"
      ? [{ manifest, method: trigger.method, segments: trigger.route.split("/").filter((part) => part !== "") }]
      : [];
  });
  // Compared segment by segment, a literal sorts before a parameter, so that the first match is the closest one.
  routes.sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
  return (method, path) => {
    const segments = decode(path);
    if (segments === undefined) return undefined;
    for (const route of routes) {
      const params = route.method === method ? match(route.segments, segments) : undefined;
      if (params !== undefined) return { manifest: route.manifest, params };
    }
    return undefined;
  };
}

function rankOf(route: Route): string {
  return route.segments.map((segment) => (segment.startsWith(":") ? "1" : "0")).join("");
}

function decode(path: string): readonly string[] | undefined {
  const parts = path.split("/");
  if (parts[0] === "") parts.shift();
  try {
    return parts.map((part) => decodeURIComponent(part));
  } catch {
    return undefined;
  }
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index];
    if (segment === undefined || segment === "") return undefined;
    if (part.startsWith(":")) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}
