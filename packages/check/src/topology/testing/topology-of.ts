/** A template's text as a topology, at a fixed time. */
import { checkText } from "../../check.ts";
import { makeReport, type Report } from "../../report/report.ts";
import { makeTopology, type TopologyInput } from "../make-topology.ts";
import type { Topology, TopologyNode } from "../model.ts";
import type { CodeReach } from "../reach.ts";
import { applyWaivers } from "../../waivers/apply-waivers.ts";
import { readInlineWaivers } from "../../waivers/read-waivers.ts";
import type { CheckResult } from "../../check.ts";

export const AT = new Date("2026-03-02T12:00:00Z");

export async function topologyOf(
  text: string,
  { file = "template.yaml", reach }: { file?: string; reach?: CodeReach } = {},
) {
  const result = await checkText(file, text);
  const input = inputOf(result);
  return new Mapped(makeTopology(reach ? { ...input, reach } : input), input);
}

/** As a run makes it, inline waivers included. */
export function inputOf(result: CheckResult): TopologyInput & { readonly report: Report } {
  const units = result.units.map((judged) => ({
    unit: judged.unit,
    findings: applyWaivers(judged.findings, readInlineWaivers(judged).waivers, AT).findings,
  }));
  const demand = { failOn: "never", strict: false } as const;
  const report = makeReport({ result: { ...result, units }, frameworks: [], uses: [], problems: [], demand, now: AT });
  return { units, report };
}

/** Questions that tests ask of a topology, by the names of boxes. */
export class Mapped {
  readonly topology: Topology;
  readonly input: TopologyInput;

  constructor(topology: Topology, input: TopologyInput) {
    this.topology = topology;
    this.input = input;
  }

  node(name: string): TopologyNode {
    const found = this.topology.nodes.find((node) => node.name === name);
    if (!found) throw new Error(`no box is called ${name}: ${this.topology.nodes.map((one) => one.name).join(", ")}`);
    return found;
  }

  /** `Save -call-> Table [writes]`, in the order of the topology. */
  arrows(): readonly string[] {
    const name = (id: string): string => this.topology.nodes.find((node) => node.id === id)?.name ?? id;
    return this.topology.edges.map(
      ({ from, to, kind, labels }) =>
        `${name(from)} -${kind}-> ${name(to)}${labels.length > 0 ? ` [${labels.join("|")}]` : ""}`,
    );
  }
}
