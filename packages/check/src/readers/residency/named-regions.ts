/**
 * Every region that an input names, as resources of a pseudo type: where it is deployed to, where it replicates to, the
 * regions in ARNs and host names. They are made only where there is a residency list to hold them against.
 */
import { REGION } from "../../graph/cloud-regions.ts";
import type { Property } from "../../graph/property.ts";
import { Resource } from "../../graph/resource.ts";
import { map, scalar, unknownValue, type Value } from "../../graph/value.ts";
import { fromPlain } from "../../graph/plain-value.ts";
import type { Spot } from "../../source/source-text.ts";

export const REGION_TYPE = "Ward::Region";

export interface Deployment {
  /** Countries and regions where data may live; a template's own list (`Metadata: { Ward: { Residency, Region } }`) goes first. */
  readonly residency?: readonly string[];
  readonly region?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

const TEMPLATE_TYPE = "Ward::Template";
/** `Region`, `Regions`, `ReplicaRegion`, `RegionName`, and `region` of what keeps its own words. */
const NAMES_REGION = /(^|[a-z])(Region|Regions|RegionName)$|^(region|regions|region_name)$/;
const ARN = /^arn:aws[a-z-]*:([a-z0-9-]+):([a-z]{2}(?:-[a-z]+)+-\d{1,2}):/;
const HOST = /[.-]([a-z]{2}(?:-[a-z]+)+-\d{1,2})\.amazonaws\.com/;
/** These hold no data where their ARN says: certificates and firewalls of CloudFront lie in us-east-1 alone. */
const GLOBAL_SERVICES = new Set(["acm", "wafv2", "cloudfront", "iam", "sts"]);
const DEPLOYMENT = "the region it is deployed to";

export function namedRegions(resources: readonly Resource[], deployment: Deployment): readonly Resource[] {
  const [first] = resources;
  const residency = residencyOf(resources, deployment);
  if (!first || !residency) return [];
  const template = resources.find(({ type }) => type === TEMPLATE_TYPE) ?? first;
  const own = template.at("Metadata.Ward.Region");
  const given = deployment.region ?? deployment.parameters?.["AWS::Region"] ?? own.text();
  const deployed = given === undefined ? unknownValue(DEPLOYMENT, template.spot) : scalar(given, template.spot);
  const named = resources
    .filter(({ type }) => !type.startsWith("Ward::"))
    .flatMap(regionsOf)
    .filter(({ value }) => value.kind !== "scalar" || value.value !== given);
  return [
    pseudo("(deployment)", "the deployment's region", deployed, residency, template.spot),
    ...named.map(({ resource, path, value }) =>
      pseudo(`${resource.id}(region ${path})`, `${resource.name}, ${path}`, value, residency, value.spot, resource),
    ),
  ];
}

function residencyOf(resources: readonly Resource[], { residency }: Deployment): Value | undefined {
  for (const resource of resources) {
    if (resource.type !== TEMPLATE_TYPE) continue;
    const own = resource.at("Metadata.Ward.Residency");
    if (!own.isAbsent && own.items().length > 0) return own.value;
  }
  const [first] = resources;
  return residency && residency.length > 0 && first ? fromPlain(residency, first.spot) : undefined;
}

interface Named {
  readonly resource: Resource;
  readonly path: string;
  readonly value: Value;
}

function regionsOf(resource: Resource): readonly Named[] {
  const found: Named[] = [];
  const waiting: Property[] = [resource.whole];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { value } = at;
    if (value.kind === "map") waiting.push(...at.entries().map(([, child]) => child));
    else if (value.kind === "list") waiting.push(...at.items());
    else {
      const region = regionIn(at);
      if (region) found.push({ resource, path: at.path, value: region });
    }
  }
  return found.toReversed();
}

/** The region that a property names; undefined where it names none, or the one that is deployed to. */
function regionIn({ path, value }: Property): Value | undefined {
  const name = path.replaceAll(/\[\d+\]/g, "").slice(path.replaceAll(/\[\d+\]/g, "").lastIndexOf(".") + 1);
  if (NAMES_REGION.test(name)) return ofSetting(value);
  const region = textsOf(value).flatMap((text) => regionInText(text) ?? [])[0];
  return region === undefined ? undefined : scalar(region, value.spot);
}

function ofSetting(value: Value): Value | undefined {
  if (value.kind === "unknown") return value.reason === DEPLOYMENT ? undefined : value;
  if (value.kind === "choice") {
    const isRegion = value.options.every((one) => one.kind !== "scalar" || REGION.test(String(one.value)));
    return isRegion ? value : undefined;
  }
  if (value.kind === "text") return value;
  return value.kind === "scalar" && REGION.test(String(value.value)) ? value : undefined;
}

function regionInText(text: string): string | undefined {
  const [, service = "", region] = ARN.exec(text) ?? [];
  if (region !== undefined) return GLOBAL_SERVICES.has(service) || text.includes(":layer:") ? undefined : region;
  return HOST.exec(text)?.[1];
}

function textsOf(value: Value): readonly string[] {
  if (value.kind === "scalar") return typeof value.value === "string" ? [value.value] : [];
  if (value.kind === "choice") return value.options.flatMap(textsOf);
  if (value.kind !== "text") return [];
  return [value.parts.map((part) => (typeof part === "string" ? part : "\uFFFC")).join("")];
}

function pseudo(id: string, name: string, region: Value, residency: Value, spot: Spot, of?: Resource): Resource {
  return new Resource({
    id,
    type: REGION_TYPE,
    name,
    properties: map(
      [
        ["Region", region],
        ["Residency", residency],
      ],
      spot,
    ),
    spot,
    ...(of === undefined ? {} : { madeFor: of.id }),
    ...(of?.onlyIf === undefined ? {} : { onlyIf: of.onlyIf }),
  });
}
