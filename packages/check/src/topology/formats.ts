/** The forms of `--graph` by their names; each is loaded when it is asked for. */
import type { GraphFormat } from "./graph-formats.ts";
import { makeTopology, type TopologyInput } from "./make-topology.ts";

export async function formatTopology(input: TopologyInput, format: GraphFormat): Promise<string> {
  const topology = makeTopology(input);
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
