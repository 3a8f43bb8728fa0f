/** How a container starts a Ward node. */
import type { Property } from "../../graph/property.ts";
import { any, pass, truth, type Truth } from "../../graph/truth.ts";

export function startsNode(container: Property): boolean {
  return /(^|[\s/])ward\s+start\b/.test(commandOf(container));
}

export function isForProduction(container: Property): Truth {
  const isSaid = /\s--production\b|\bNODE_ENV=production\b/.test(commandOf(container));
  if (isSaid) return pass("--production is given", container.spot);
  const set = container
    .at("env")
    .some((one) =>
      truth(one.at("name").text() === "NODE_ENV" ? "pass" : "fail", "NODE_ENV is not set", container.spot),
    );
  if (set.outcome !== "pass") return set;
  const [given] = container
    .at("env")
    .items()
    .filter((one) => one.at("name").text() === "NODE_ENV");
  return any(...(given ? [given.at("value").equals("production")] : []));
}

function commandOf(container: Property): string {
  return ["command", "args"]
    .flatMap((key) => container.at(key).items())
    .map((part) => part.text() ?? "…")
    .join(" ");
}
