/** 45 CFR 164.312(e)(1): what is sent is guarded on its way. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const warehouseTakesTlsOnly: Rule = {
  id: "warehouse-takes-tls-only",
  title: "The warehouse takes TLS only",
  why: "By default a warehouse also takes connections in clear text, and clients choose.",
  remedy: "Set the parameter require_ssl to true.",
  snippet: `
Thing: { Type: AWS::Redshift::ClusterParameterGroup, Properties: { Description: d, ParameterGroupFamily: redshift-1.0, Parameters: [{ ParameterName: require_ssl, ParameterValue: "true" }] } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::Redshift::ClusterParameterGroup"],
  judge(thing: Resource) {
    return thing
      .at("Parameters")
      .some((one) =>
        all(one.at("ParameterName").equals("require_ssl"), one.at("ParameterValue").matches(/^(true|1|on)$/i)),
      );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Redshift::ClusterParameterGroup, Properties: { Description: d, ParameterGroupFamily: redshift-1.0, Parameters: [{ ParameterName: require_ssl, ParameterValue: "true" }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Redshift::ClusterParameterGroup, Properties: { Description: d, ParameterGroupFamily: redshift-1.0 } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::Redshift::ClusterParameterGroup, Properties: { Description: d, ParameterGroupFamily: redshift-1.0, Parameters: [{ ParameterName: require_ssl, ParameterValue: "false" }] } }`,
      },
    ],
  },
};
