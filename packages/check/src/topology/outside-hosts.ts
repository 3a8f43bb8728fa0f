/** Hosts of third parties that settings, subscriptions and integrations name. What code calls is not seen here. */
import type { Property } from "../graph/property.ts";
import type { Resource } from "../graph/resource.ts";
import type { Around, BoxLink } from "./box-link.ts";

/** Properties in which an address means that something is sent there. */
const SENDS =
  /(^|\.)(Environment|Variables|Uri|IntegrationUri|Endpoint|EndpointConfiguration|InvocationEndpoint|Url|HttpEndpoint|ContainerDefinitions|DomainName|Pod|env)\b/i;
const NOT_SENT = /Callback|Logout|Cors|Origins?\.items|AllowOrigin|Description|Schema|Policy|Metadata|AliasTarget/i;
const HOST =
  /^(?:https?|wss?|ftps?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|amqps?|mqtts?|sftp|redis|rediss):\/\/(?:[^/@\s]*@)?(\[[0-9a-f:.]+\]|[\p{L}\p{N}._-]+)(?::(\d+))?/iu;
/** Stand for the cloud itself, or for the machine on which the code runs. */
const OWN =
  /(^|\.)(amazonaws\.com(\.cn)?|cloudfront\.net|localhost|local|internal|cluster|svc)$|^127\.|^\[?::1|^169\.254\./i;

export function hostsOf(box: Resource, folded: readonly Resource[]): readonly BoxLink[] {
  const found = new Map<string, BoxLink>();
  for (const resource of [box, ...folded]) {
    if (/^AWS::(IAM|KMS|EC2|Cognito)::|Policy$/.test(resource.type)) continue;
    for (const property of leaves(resource.whole)) {
      const around = aroundOf(resource, property);
      if (around)
        found.set(around.id, {
          from: { box: box.id },
          to: { around },
          kind: "egress",
          label: "sends",
          isCertain: true,
        });
    }
  }
  if (box.type === "AWS::Events::ApiDestination") return [];
  return [...found.values()];
}

function aroundOf(resource: Resource, property: Property): Around | undefined {
  const text = textOf(property);
  if (text === undefined) return undefined;
  if (
    resource.type === "AWS::SNS::Subscription" ||
    resource.type === "AWS::SNS::Topic" ||
    resource.type === "AWS::Budgets::Budget"
  ) {
    if (!/Endpoint|Address/.test(property.path)) return undefined;
    // Addresses and numbers of people are theirs: the map is put on walls.
    if (/^[^\s@/]+@[^\s@/]+$/.test(text)) return host("mail", "E-mail addresses", "Messages to people");
    if (/^\+?\d[\d -]{6,}$/.test(text)) return host("sms", "Phone numbers", "Messages to people");
  }
  if (!SENDS.test(property.path) || NOT_SENT.test(property.path)) return undefined;
  const match = HOST.exec(text);
  const name = match?.[1]?.toLowerCase();
  if (name === undefined || OWN.test(name) || !/[.\]]/.test(name)) return undefined;
  return outsideHost(match?.[2] === undefined ? name : `${name}:${match[2]}`);
}

export function outsideHost(name: string): Around {
  const isNear = OWN.test(name.replace(/:\d+$/, ""));
  return host(`host:${name}`, name, isNear ? "The same machine or network" : "Third-party host");
}

function host(id: string, name: string, words: string): Around {
  return { id, name, words, picture: "host", boundary: "outside", type: "host" };
}

/** The text of which at least the beginning is known. */
function textOf({ value }: Property): string | undefined {
  if (value.kind === "scalar") return typeof value.value === "string" ? value.value : undefined;
  if (value.kind !== "text") return undefined;
  const [first] = value.parts;
  return typeof first === "string" ? first : undefined;
}

function* leaves(whole: Property): Generator<Property> {
  const waiting: Property[] = [whole];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at.value.kind === "map") waiting.push(...at.entries().map(([, child]) => child));
    else if (at.value.kind === "list") waiting.push(...at.items());
    else yield at;
  }
}
