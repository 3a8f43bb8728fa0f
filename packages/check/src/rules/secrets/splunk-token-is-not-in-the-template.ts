/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import type { Graph } from "../../graph/graph.ts";
import { isHidden } from "./secret-source.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const splunkTokenIsNotInTheTemplate: Rule = {
  id: "splunk-token-is-not-in-the-template",
  title: "The token for Splunk is not written in the template",
  why: "A template is in a repository, in CI logs and in the console of everyone who may look at stacks.",
  remedy: "Read it from Secrets Manager by a dynamic reference.",
  snippet: `
Thing: { Type: AWS::KinesisFirehose::DeliveryStream, Properties: { SplunkDestinationConfiguration: { HECToken: "{{resolve:secretsmanager:x:SecretString:y}}" } } }`,
  severity: "critical",
  topics: ["secrets"],
  types: ["AWS::KinesisFirehose::DeliveryStream"],
  judge(thing: Resource, graph: Graph) {
    return thing.at("SplunkDestinationConfiguration").isAbsent
      ? "notApplicable"
      : isHidden(thing.at("SplunkDestinationConfiguration.HECToken"), graph);
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::KinesisFirehose::DeliveryStream, Properties: { SplunkDestinationConfiguration: { HECToken: "{{resolve:secretsmanager:x:SecretString:y}}" } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::KinesisFirehose::DeliveryStream, Properties: { SplunkDestinationConfiguration: { HECToken: "abcdefgh" } } }`,
      },
    ],
  },
};
