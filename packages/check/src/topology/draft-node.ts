/** One box of the map, before it is known who gets to it. */
import type { Resource } from "../graph/resource.ts";
import type { Unit } from "../readers/read-unit.ts";
import type { ReportedFinding } from "../report/report.ts";
import type { Around } from "./box-link.ts";
import { exposureOf } from "./exposure.ts";
import type { Fold } from "./fold.ts";
import { isMessenger, kindOf, kindOfResource } from "./kinds.ts";
import type { Known, TopologyNode } from "./model.ts";
import { SILENT, statedPhi } from "./phi.ts";

export type DraftNode = Omit<TopologyNode, "reachedBy" | "verdict">;

export function boxNode(
  { graph }: Unit,
  unit: number,
  box: Resource,
  fold: Fold,
  findings: ReadonlyMap<string, readonly ReportedFinding[]>,
): DraftNode {
  const folded = fold.foldedInto(box.id);
  const kind = kindOfResource(box);
  const all = [box, ...folded].flatMap(({ id }) => findings.get(id) ?? []);
  const egress = egressOf(box);
  return {
    id: idOf(unit, box.id),
    unit,
    resource: box.id,
    // What a transform made is named after its author at length; the box has room for the name alone.
    name: box.madeFor === undefined ? box.name : box.id,
    type: box.type,
    words: kind.words,
    picture: kind.picture,
    boundary: kind.boundary,
    phi: statedPhi(box) ?? SILENT,
    exposure: exposureOf(box, folded, all),
    ...(egress ? { egress } : {}),
    ...(graph.region === undefined ? {} : { region: graph.region }),
    folded: folded.map(({ id }) => id),
    uses: [],
  };
}

function egressOf(box: Resource): Known<"anywhere" | "network" | "listed"> | undefined {
  if (box.type === "Ward::Function")
    return { state: "listed", because: "it reaches only the hosts that its grants name" };
  if (box.type === "AWS::Lambda::Function") {
    const inside = !box.at("VpcConfig.SubnetIds").isAbsent;
    return inside
      ? { state: "network", because: "what its network lets through" }
      : { state: "anywhere", because: "it runs outside of any private network, which lets it call every host" };
  }
  if (kindOf(box.type).boundary !== "functions" || isMessenger(box.type)) return undefined;
  if (box.type.startsWith("Kubernetes::")) return { state: "network", because: "what network policies let through" };
  return /EC2|ECS|EKS|Batch|AutoScaling|DMS|CodeBuild|SageMaker/.test(box.type)
    ? { state: "network", because: "what its network lets through" }
    : undefined;
}

export function aroundNode(id: string, unit: number, around: Around): DraftNode {
  const { name, words, picture, boundary, type, holdsPhi } = around;
  return {
    id,
    unit,
    name,
    type,
    words,
    picture,
    boundary,
    phi: holdsPhi === undefined ? SILENT : { state: "yes", because: holdsPhi, maybe: false },
    exposure: around.exposure ?? { state: "internal", because: "it is no part of the input" },
    folded: [],
    uses: [],
  };
}

/** The id of a resource's node. */
export function idOf(unit: number, resource: string): string {
  return `${unit}:${resource}`;
}
