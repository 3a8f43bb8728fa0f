#!/usr/bin/env node
/** Plain JavaScript, because it may be started by a Node that can't run TypeScript; that one is told in a line. */
if (Number(process.versions.node.split(".")[0]) >= 24) await import("./ward-check.ts");
else {
  console.error(`ward-check: Node 24 is needed and this is ${process.version}.`);
  process.exitCode = 2;
}
