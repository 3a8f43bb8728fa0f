/** The forms of `--graph` by their names; each is loaded when it is asked for. */
import type { GraphFormat } from "./graph-formats.ts";
import type { Unit } from "../readers/read-unit.ts";
import type { FileReader } from "../readers/reading.ts";
import { makeTopology, type TopologyInput } from "./make-topology.ts";

interface Judged {
  readonly units: TopologyInput["units"];
  readonly report: TopologyInput["report"];
  /** Through what each template was read; without it the code is not looked at. */
  readonly files?: ReadonlyMap<Unit, FileReader>;
}

export async function drawGraph({ units, report, files }: Judged, format: GraphFormat): Promise<string> {
  const reach = hasFunctions(units) && files ? await (await import("./read-reach.ts")).readReach(files) : undefined;
  const topology = makeTopology({ units, report, ...(reach ? { reach } : {}) });
  switch (format) {
    case "html":
      return (await import("./page/map-page.ts")).drawPage(topology);
    case "svg":
      return (await import("./picture/svg-map.ts")).drawMap(topology);
    case "json":
      return JSON.stringify(topology, undefined, 2);
    case "mermaid":
      return (await import("./mermaid-map.ts")).drawMermaid(topology);
  }
}

function hasFunctions(units: TopologyInput["units"]): boolean {
  return units.some(({ unit }) => unit.graph.ofType("AWS::Lambda::Function").length > 0);
}
