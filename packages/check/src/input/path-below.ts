/**
 * A path as seen from the folder that was given to check. What a name says of a file (a test, a fixture) counts from there: an
 * app that lies in somebody's folder `tests` is no test.
 */
import { relative, resolve, sep } from "node:path";

export function pathBelow({ cwd, root }: { readonly cwd: string; readonly root: string }, path: string): string {
  return relative(resolve(cwd, root), resolve(cwd, path)).replaceAll(sep, "/");
}
