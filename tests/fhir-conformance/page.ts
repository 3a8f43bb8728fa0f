/** docs/reference/fhir.md, from the cases and how they ended. Nobody writes its tables by hand. */
import { format } from "prettier";
import type { Case, CaseGroup } from "./case.ts";

export const PAGE = new URL("../../docs/reference/fhir.md", import.meta.url);

/** `ended`: how each case ended, by id. */
export async function conformancePage(
  groups: readonly CaseGroup[],
  ended: ReadonlyMap<string, "passed" | "failed">,
): Promise<string> {
  const cases = groups.flatMap((group) => group.cases);
  const refused = cases.filter(({ isRefused }) => isRefused === true).length;
  const failed = cases.filter(({ id }) => ended.get(id) !== "passed").length;
  const text = `# FHIR R4: what is answered, and how

FHIR R4 (4.0.1), JSON, at \`/fhir/R4\`. The tables are written from ${cases.length} cases that a foreign client could send to a whole node (\`tests/fhir-conformance.test.ts\`), each with its verdict: **yes** it holds, **refused** Ward refuses it by choice and says so, **no** it does not hold. ${cases.length - refused - failed} yes, ${refused} refused, ${failed} no.

How a search is answered over ciphertext, which parameter is indexed and which is scanned, is in [search.md](search.md); how to use it, in [the guide](../guide/fhir.md). Beyond these cases: every official R4 example is stored, read back equal and found by each of its values (\`npm run conformance -- fhir <dir>\`; what is left out stands with its reason in \`conformance/fhir/known-exceptions.json\`), three FHIR clients by others drive a node (\`tests/fhir-clients.test.ts\`), valid resources are broken in one place each (\`tests/fhir-invalid.test.ts\`), and a node is killed under load (\`tests/faults/fhir-under-load.fault.test.ts\`).

${REFUSED}

In the tables \`@p1\` stands for the id of what the case stored as \`p1\`; what is stored is in \`tests/fhir-conformance/\`.

${groups.map((group) => table(group, ended)).join("\n")}`;
  return await format(text, { parser: "markdown", printWidth: 120 });
}

const REFUSED = `## Refused by choice

- **XML**, Turtle and other forms: 406 as an answer, 415 as a body. One form, parsed strictly.
- **\`_text\`, \`_content\`**: an index over the words of a record would give its text away to whoever reads the database.
- **\`_filter\`, \`_query\`, \`near\`**: not there; R4 leaves them to the server.
- **\`_contained\`, \`_revinclude=*\`, \`_list\` by its function**: what is contained is found through its container; a \`_revinclude\` names what it follows, a \`_list\` the List.
- **\`:above\`, \`:below\`, \`:in\` over code systems that are not known whole** (SNOMED CT, LOINC): they need a terminology server. Those of R4's definitions and stored ones that are complete are answered.
- **Unbounded searches**: what could only be answered by decrypting records without bound; the outcome says what to add.`;

function table({ title, cases }: CaseGroup, ended: ReadonlyMap<string, "passed" | "failed">): string {
  const rows = cases.map(
    (each) =>
      `| \`${each.id}\` | ${cell(each.feature)} | ${cell(each.sent)} | ${cell(each.holds)} | ${verdict(each, ended.get(each.id))} |`,
  );
  return `## ${title}\n\n| case | feature | sent | holds | verdict |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

function verdict({ isRefused }: Case, end: "passed" | "failed" | undefined): string {
  if (end !== "passed") return "**no**";
  return isRefused === true ? "refused" : "yes";
}

/** A table's cell ends at a bar, also within code. What is long is cut: the case itself has all of it. */
function cell(text: string): string {
  const short = text.length > 200 ? `${text.slice(0, 180).replaceAll("`", "")}…` : text;
  return short.replaceAll("|", "\\|").replaceAll("\n", " ");
}
