/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const healthCheckSpeaksTls: Rule = {
  id: "health-check-speaks-tls",
  title: "The health check speaks TLS",
  why: "A check over plain HTTP is green while TLS is broken.",
  remedy: "Set Type to HTTPS.",
  snippet: `
Thing: { Type: AWS::Route53::HealthCheck, Properties: { HealthCheckConfig: { Type: HTTPS } } }`,
  severity: "low",
  topics: ["availability"],
  types: ["AWS::Route53::HealthCheck"],
  judge(thing: Resource) {
    return not(thing.at("HealthCheckConfig.Type").equals("HTTP", "HTTP_STR_MATCH"));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Route53::HealthCheck, Properties: { HealthCheckConfig: { Type: HTTPS } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Route53::HealthCheck, Properties: { HealthCheckConfig: { Type: HTTP } } }`,
      },
    ],
  },
};
