/**
 * Where PHI is: what tags and types say, spread along the arrows. A tag is never overruled; what only might receive PHI is
 * unknown with `maybe`. What fills a store is a grant to write, so that never says for certain that it holds PHI.
 */
import { markOf } from "../analyses/phi-flow/marked-resources.ts";
import type { Resource } from "../graph/resource.ts";
import type { BoxLink } from "./box-link.ts";
import { isMessenger, kindOf, type Boundary } from "./kinds.ts";
import type { PhiKnown } from "./model.ts";

export interface PhiNode {
  readonly id: string;
  readonly name: string;
  readonly boundary: Boundary;
  /** What is said of it itself; only what is unknown can change. */
  readonly own: PhiKnown;
}

export interface PhiLink extends Pick<BoxLink, "kind" | "isRead" | "hasPhi" | "hasNoPhi"> {
  readonly from: string;
  readonly to: string;
  readonly writes: boolean;
}

const CLASS_KEYS = [
  "data-class",
  "data-classification",
  "dataclass",
  "dataclassification",
  "ward:data-class",
  "data_class",
  "classification",
];
const FLAG_KEYS = ["phi", "contains-phi", "containsphi", "hipaa", "ephi"];
const YES = /\be?phi\b|hipaa|patient|health/i;
const NO = /^(public|internal|none|no-?phi|non-?phi|not-phi|synthetic|test|deidentified|de-identified|no|false)$/i;
const BY_TYPE = /^AWS::(HealthLake::FHIRDatastore|MedicalImaging::Datastore)$/;

/** What tags, labels, the type or a name say, with `maybe` for a name alone; undefined where all are silent. */
export function statedPhi(resource: Resource): PhiKnown | undefined {
  const { boundary, words } = kindOf(resource.type);
  if (BY_TYPE.test(resource.type)) return { state: "yes", because: `a ${words} is made for it`, maybe: false };
  const mark = markOf(resource);
  if (mark && !mark.because.endsWith(BY_NAME)) {
    return { state: mark.holds ? "yes" : "no", because: mark.because, maybe: false };
  }
  const labelled = labelledPhi(resource);
  if (labelled) return labelled;
  const keeps = boundary === "data" || isMessenger(resource.type);
  return mark && keeps
    ? { state: "unknown", because: "its name suggests it, and no tag says", maybe: true }
    : undefined;
}

/** How a mark ends that rests on a name. */
const BY_NAME = "by its name";

/** Tags and labels of types that no other part looks at. */
function labelledPhi(resource: Resource): PhiKnown | undefined {
  for (const [key, value] of tagsOf(resource)) {
    const name = key.toLowerCase();
    const isFlag = FLAG_KEYS.includes(name);
    if (!isFlag && !CLASS_KEYS.includes(name)) continue;
    const because = `its tag ${key} is ${value}`;
    if (NO.test(value)) return { state: "no", because, maybe: false };
    if (isFlag ? /^(true|yes|1|phi)$/i.test(value) : YES.test(value)) return { state: "yes", because, maybe: false };
  }
  return undefined;
}

function tagsOf(resource: Resource): readonly (readonly [string, string])[] {
  const tags = resource.at("Tags");
  const listed = tags.items().flatMap((item) => pair(item.at("Key").text(), item.at("Value").text()));
  const mapped = tags.entries().flatMap(([key, value]) => pair(key, value.text()));
  const labels = resource
    .at("metadata.labels")
    .entries()
    .flatMap(([key, value]) => pair(key.split("/").at(-1), value.text()));
  return [...listed, ...mapped, ...labels];
}

function pair(key: string | undefined, value: string | undefined): readonly (readonly [string, string])[] {
  return key === undefined || value === undefined ? [] : [[key, value]];
}

export const SILENT: PhiKnown = { state: "unknown", because: "nothing says what it holds", maybe: false };

export function spreadPhi(nodes: readonly PhiNode[], links: readonly PhiLink[]): ReadonlyMap<string, PhiKnown> {
  const known = new Map(nodes.map((node) => [node.id, node.own]));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const touching = new Map<string, PhiLink[]>();
  for (const link of links) {
    for (const end of new Set([link.from, link.to])) {
      const list = touching.get(end);
      if (list) list.push(link);
      else touching.set(end, [link]);
    }
  }
  const waiting = nodes.map(({ id }) => id);
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    for (const link of touching.get(id) ?? []) {
      for (const changed of carry(link, known, byId)) waiting.push(changed);
    }
  }
  return known;
}

/** The ends that changed. Each end changes at most twice, so that this ends. */
function carry(link: PhiLink, known: Map<string, PhiKnown>, byId: ReadonlyMap<string, PhiNode>): readonly string[] {
  const [from, to] = [byId.get(link.from), byId.get(link.to)];
  if (!from || !to || link.hasNoPhi === true) return [];
  const changed: string[] = [];
  const learn = (node: PhiNode, next: PhiKnown): void => {
    const before = known.get(node.id);
    if (
      node.own.state !== "unknown" ||
      node.boundary === "shared" ||
      node.boundary === "internet" ||
      !before ||
      rank(next) <= rank(before)
    )
      return;
    known.set(node.id, next);
    changed.push(node.id);
  };
  const [source, target] = [known.get(from.id) ?? SILENT, known.get(to.id) ?? SILENT];
  const moves = link.kind === "trigger" || link.kind === "data";
  if (source.state === "yes") {
    if (link.hasPhi === true)
      learn(to, { state: "yes", because: `the code of ${from.name} sends PHI to it`, maybe: false });
    else if (moves) learn(to, { state: "yes", because: `${from.name} hands PHI on to it`, maybe: false });
    else if (link.writes || link.kind === "egress")
      learn(to, { state: "unknown", because: `${from.name} has PHI and may send it there`, maybe: true });
  } else if (source.maybe && moves)
    learn(to, { state: "unknown", because: `${from.name} may hand PHI on to it`, maybe: true });
  // A door gets the answers of what stands behind it, a reader what it reads.
  const answers =
    link.isRead === true || (from.boundary === "edge" && (link.kind === "trigger" || link.kind === "call"));
  if (answers && target.state === "yes")
    learn(from, { state: "yes", because: `it gets PHI from ${to.name}`, maybe: false });
  else if (answers && target.maybe)
    learn(from, { state: "unknown", because: `it may get PHI from ${to.name}`, maybe: true });
  return changed;
}

function rank({ state, maybe }: PhiKnown): number {
  return state === "yes" ? 2 : maybe ? 1 : 0;
}
