/** The names of the forms of `--graph`, apart from what draws them. */
export const GRAPH_FORMATS = ["html", "svg", "json", "mermaid"] as const;
export type GraphFormat = (typeof GRAPH_FORMATS)[number];
