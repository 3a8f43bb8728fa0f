/** A node to be killed: one instance in a call that never ends, one spare slot. Prints what it made, then waits. */
import { openHost, requestOf, startSource } from "./fixtures.ts";
import { descendants } from "./processes.ts";

const parentDirectory = process.argv[2];
if (parentDirectory === undefined) throw new Error("needs a directory");
const host = await openHost({ parentDirectory });
const { instance } = await startSource(host, { handle: "for (;;);" });
instance.invoke(requestOf({ timeoutMs: 600_000 })).catch(() => undefined);
await new Promise((resolve) => setTimeout(resolve, 300));
console.log(JSON.stringify(descendants(process.pid).map(({ pid }) => pid)));
setInterval(() => {}, 1_000);
