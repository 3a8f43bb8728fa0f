/** The folders that a function's layers mount as `/opt`, where the template makes them of folders on disk. */
import { dirname, join } from "node:path/posix";
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import type { FileReader } from "../../readers/reading.ts";
import { archiveSource } from "./archive-source.ts";

export function layersOf(fn: Resource, graph: Graph, files: FileReader): readonly string[] {
  return fn
    .at("Layers")
    .items()
    .flatMap((item) => {
      const layer = graph.target(item);
      const folder = layer?.type === "AWS::Lambda::LayerVersion" ? folderOf(layer, files) : undefined;
      return folder === undefined ? [] : [folder];
    });
}

function folderOf(layer: Resource, files: FileReader): string | undefined {
  const beside = dirname(layer.spot.source.file);
  const asset = layer.attribute("Metadata.aws:asset:path").text();
  if (asset !== undefined) return asset.startsWith("/") ? asset : join(beside, asset);
  const archive = archiveSource(layer, files);
  if (archive) return archive.folder;
  const written = layer.at("Content").text() ?? layer.at("ContentUri").text() ?? layer.at("Filename").text();
  if (written === undefined || written.startsWith("s3://")) return undefined;
  const folder = join(beside, written.replace(/\.zip$/, ""));
  // SAM's `BuildMethod: nodejs20.x` takes a folder with a package.json, and puts it under nodejs itself.
  return folder;
}
