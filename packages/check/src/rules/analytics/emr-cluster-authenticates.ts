/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const emrClusterAuthenticates: Rule = {
  id: "emr-cluster-authenticates",
  title: "The EMR cluster asks who comes",
  why: "Without Kerberos everyone on the network runs jobs over the records.",
  remedy: "Set KerberosAttributes with a security configuration.",
  snippet: `
Thing: { Type: AWS::EMR::Cluster, Properties: { Name: c, KerberosAttributes: { Realm: R, KdcAdminPassword: "{{resolve:secretsmanager:k}}" } } }`,
  severity: "medium",
  topics: ["authentication"],
  types: ["AWS::EMR::Cluster"],
  judge(thing: Resource) {
    return thing.at("KerberosAttributes").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EMR::Cluster, Properties: { Name: c, KerberosAttributes: { Realm: R, KdcAdminPassword: "{{resolve:secretsmanager:k}}" } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::EMR::Cluster, Properties: { Name: c } }` }],
  },
};
