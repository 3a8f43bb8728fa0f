/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const loadBalancerIsBehindAFirewall: Rule = {
  id: "load-balancer-is-behind-a-firewall",
  title: "A web application firewall guards the load balancer",
  why: "Scanners try known attacks on every public address within minutes. A firewall takes most of them before the code.",
  remedy: "Add an AWS::WAFv2::WebACLAssociation for the load balancer.",
  snippet: `
Thing: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Scheme: internet-facing } }
Guard: { Type: AWS::WAFv2::WebACLAssociation, Properties: { WebACLArn: w, ResourceArn: !Ref Thing } }`,
  severity: "medium",
  topics: ["input-validation", "public-exposure"],
  types: ["AWS::ElasticLoadBalancingV2::LoadBalancer"],
  judge(thing: Resource, graph: Graph) {
    if (thing.at("Type").equals("network", "gateway").outcome === "pass") return "notApplicable";
    if (thing.at("Scheme").equals("internal").outcome === "pass") return "notApplicable";
    const guards = graph
      .ofType("AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation")
      .map((one) => one.at("ResourceArn"));
    if (guards.some((arn) => arn.references().has(thing.id))) return pass();
    const open = guards.find((arn) => arn.isUnknown);
    return open ? open.undecided() : fail("no AWS::WAFv2::WebACLAssociation names it", thing.spot);
  },
  samples: {
    good: [
      {
        cloudformation: `
Thing: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Scheme: internet-facing } }
Guard: { Type: AWS::WAFv2::WebACLAssociation, Properties: { WebACLArn: w, ResourceArn: !Ref Thing } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Scheme: internet-facing } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Type: application } }`,
      },
    ],
  },
};
