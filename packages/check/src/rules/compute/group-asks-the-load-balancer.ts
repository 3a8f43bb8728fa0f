/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const groupAsksTheLoadBalancer: Rule = {
  id: "group-asks-the-load-balancer",
  title: "The group replaces machines that stopped answering",
  why: "A machine that runs and does not answer looks healthy to EC2; only the load balancer notices.",
  remedy: "Set HealthCheckType to ELB where a load balancer stands before the group.",
  snippet: `
Group: { Type: AWS::AutoScaling::AutoScalingGroup, Properties: { TargetGroupARNs: [t], HealthCheckType: ELB } }`,
  severity: "low",
  topics: ["availability"],
  types: ["AWS::AutoScaling::AutoScalingGroup"],
  judge(group: Resource) {
    const balanced = any(group.at("LoadBalancerNames").isFilled(), group.at("TargetGroupARNs").isFilled());
    return balanced.outcome === "fail" ? "notApplicable" : group.at("HealthCheckType").matches(/ELB|VPC_LATTICE/);
  },
  samples: {
    good: [
      {
        cloudformation: `Group: { Type: AWS::AutoScaling::AutoScalingGroup, Properties: { TargetGroupARNs: [t], HealthCheckType: ELB } }`,
      },
    ],
    bad: [
      { cloudformation: `Group: { Type: AWS::AutoScaling::AutoScalingGroup, Properties: { TargetGroupARNs: [t] } }` },
      {
        cloudformation: `Group: { Type: AWS::AutoScaling::AutoScalingGroup, Properties: { LoadBalancerNames: [l], HealthCheckType: EC2 } }`,
      },
    ],
  },
};
