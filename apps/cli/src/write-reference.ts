/** Writes docs/reference/cli.md from the commands' own help. `node apps/cli/src/write-reference.ts`; a test holds them equal. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatReference } from "./reference.ts";

const REFERENCE_FILE = fileURLToPath(new URL("../../../docs/reference/cli.md", import.meta.url));

writeFileSync(REFERENCE_FILE, formatReference());
