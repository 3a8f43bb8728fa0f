/** The resource of a request by the names that AWS's ARNs and the SDK's inputs share: `${TrackerName}` is its `TrackerName`. */
import { ownEntry } from "../../../source/own-entry.ts";
import type { Spoken } from "../resources/spoken.ts";
import type { ActionFacts, ServiceFacts } from "./iam-facts.ts";
import { joined, type Request } from "./request.ts";

const ANYTHING: Spoken = { texts: ["*"] };

/** By the names that ARNs and inputs share: `${TrackerName}` is what the input has as `TrackerName`. */
export function byNames(request: Request, action: ActionFacts, { arns }: ServiceFacts): Spoken {
  const found: Spoken[] = [];
  for (const { type, isRequired } of action.resources) {
    const shape = ownEntry(arns, type);
    if (shape === undefined) continue;
    const said = fromInput(request, type, shape);
    if (said || isRequired)
      found.push(said ?? { texts: [everyOf(shape)], open: "its name is not written in the call" });
  }
  if (found.length > 0) return joined(...found);
  // Of resources that may be left out none was named: then the request is about none.
  return ANYTHING;
}

function fromInput(request: Request, type: string, shape: string): Spoken | undefined {
  const words = type.replaceAll(/[^A-Za-z0-9]/g, "");
  const whole = firstGiven(request, [`${words}Arn`, `${words}ARN`, "Arn", "ResourceArn", "ResourceARN"]);
  if (whole) return { ...whole, texts: whole.texts.map((text) => (text.startsWith("arn:") ? text : everyOf(shape))) };
  const variables = [...shape.matchAll(/\$\{(\w+)\}/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !/^(Region|Account|Partition)$/.test(name));
  let text = shape;
  let reason: string | undefined;
  let isKnown = false;
  for (const [index, variable] of variables.entries()) {
    const isOwn = index === variables.length - 1;
    const said = firstGiven(request, [
      variable,
      ...(isOwn
        ? [
            `${words}Id`,
            `${words}Name`,
            `${words}Identifier`,
            words,
            variable.replace(/(Id|Name)$/, ""),
            "Name",
            "Id",
            "Identifier",
          ]
        : []),
    ]);
    const [name = "*", ...more] = said?.texts ?? [];
    if (name.startsWith("arn:")) return { texts: said?.texts ?? [] };
    isKnown ||= said !== undefined && name !== "*";
    reason ??= said?.open;
    text = text.replace(`\${${variable}}`, () => (more.length > 0 ? "*" : name));
  }
  if (!isKnown) return undefined;
  const arn = `arn:aws:${text.replace("${Region}", "${AWS::Region}").replace("${Account}", "${AWS::AccountId}")}`;
  return reason === undefined ? { texts: [arn] } : { texts: [arn], open: reason };
}

/** The first of the names that the input has, letter case aside. */
function firstGiven(request: Request, names: readonly string[]): Spoken | undefined {
  const written = request.keys().filter((key) => key !== undefined);
  for (const name of names) {
    const key = written.find((one) => one.toLowerCase() === name.toLowerCase());
    if (key === undefined || !request.hasWritten(key)) continue;
    const said = request.textAt(key);
    if (said.texts.length > 0) return said;
  }
  return undefined;
}

function everyOf(shape: string): string {
  return `arn:aws:${shape
    .replace("${Region}", "${AWS::Region}")
    .replace("${Account}", "${AWS::AccountId}")
    .replaceAll(/\$\{\w+\}/g, "*")}`;
}
