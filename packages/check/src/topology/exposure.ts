/** Who may call a box from outside. What a rule found out about it is what counts; the rest follows from what it is. */
import type { Resource } from "../graph/resource.ts";
import type { ReportedFinding } from "../report/report.ts";
import { kindOf } from "./kinds.ts";
import type { Exposure, Known } from "./model.ts";

/** Facts that decide: where one fails, anybody gets in; where it holds, `holds`. */
export const DECIDING_FACTS: Readonly<Record<string, "authenticated" | "internal">> = {
  "api-method-knows-its-caller": "authenticated",
  "api-route-knows-its-caller": "authenticated",
  "graphql-knows-its-callers": "authenticated",
  "function-url-needs-signature": "authenticated",
  "identity-pool-knows-everyone": "authenticated",
  "load-balancer-is-internal": "internal",
  "function-permission-names-principal": "internal",
  "role-trust-names-principals": "internal",
  "bucket-policy-names-principals": "internal",
  "bucket-acl-is-not-public": "internal",
  "queue-policy-names-principals": "internal",
  "topic-policy-names-principals": "internal",
  "bus-policy-names-principals": "internal",
  "secret-policy-names-principals": "internal",
  "database-is-not-public": "internal",
  "broker-is-not-public": "internal",
  "instance-has-no-public-address": "internal",
  "ecs-tasks-have-no-public-address": "internal",
  "image-repository-is-not-public": "internal",
  "kubernetes-endpoint-is-not-public": "internal",
};

/** Doors that are open to the world by what they are, and doors at which people say who they are. */
const BY_NATURE: Readonly<Record<string, Known<Exposure>>> = {
  "AWS::CloudFront::Distribution": { state: "public", because: "it answers everybody who asks" },
  "AWS::Cognito::UserPool": { state: "authenticated", because: "people sign in here" },
  "AWS::Cognito::IdentityPool": { state: "authenticated", because: "people sign in before it" },
  "AWS::GlobalAccelerator::Accelerator": { state: "public", because: "it takes connections from everywhere" },
  "AWS::ElasticLoadBalancing::LoadBalancer": { state: "unknown", because: "nothing says who reaches it" },
  "AWS::IoT::Thing": { state: "authenticated", because: "devices show a certificate" },
  "AWS::Transfer::Server": { state: "authenticated", because: "those who transfer files sign in" },
  "AWS::WorkSpaces::Workspace": { state: "authenticated", because: "people sign in to it" },
  "Kubernetes::Ingress": { state: "public", because: "it takes requests from outside of the cluster" },
  "Kubernetes::Gateway": { state: "public", because: "it takes requests from outside of the cluster" },
};

export function exposureOf(
  box: Resource,
  folded: readonly Resource[],
  findings: readonly ReportedFinding[],
): Known<Exposure> {
  const deciding = findings.filter(({ rule }) => Object.hasOwn(DECIDING_FACTS, rule));
  const open = deciding.find(({ kind }) => kind === "fail");
  if (open) {
    const asks = folded.some(
      (one) => one.type.startsWith("AWS::ElasticLoadBalancingV2::Listener") && authenticates(one),
    );
    if (asks) return { state: "authenticated", because: "a listener has people sign in" };
    return { state: "public", because: open.because };
  }
  const doubt = deciding.find(({ kind }) => kind === "unknown");
  if (doubt) return { state: "unknown", because: doubt.because };
  const [held] = deciding.map(({ rule }) => DECIDING_FACTS[rule]).filter((one) => one === "authenticated");
  if (held !== undefined) return { state: "authenticated", because: "whoever calls is identified first" };
  const native = BY_NATURE[box.type];
  if (native && deciding.length === 0) return native;
  const isDoor = kindOf(box.type).boundary === "edge";
  if (isDoor && deciding.length === 0) return { state: "unknown", because: "nothing here says who may call" };
  return { state: "internal", because: "nothing lets anybody in from outside" };
}

function authenticates(listener: Resource): boolean {
  const actions = [...listener.at("DefaultActions").items(), ...listener.at("Actions").items()];
  return actions.some((action) => (action.at("Type").text() ?? "").startsWith("authenticate-"));
}
