/** 45 CFR 164.312(d): who asks is verified. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const apiStageShowsAClientCertificate: Rule = {
  id: "api-stage-shows-a-client-certificate",
  title: "The stage shows a certificate to its backend",
  why: "A backend on HTTP can't tell your API from anyone else who found its address.",
  remedy: "Set ClientCertificateId.",
  snippet: `
Thing: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: a, ClientCertificateId: c } }`,
  severity: "low",
  topics: ["authentication"],
  types: ["AWS::ApiGateway::Stage"],
  judge(thing: Resource) {
    return thing.at("ClientCertificateId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: a, ClientCertificateId: c } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: a } }` }],
  },
};
