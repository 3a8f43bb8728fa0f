/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const beanstalkTakesPlatformUpdates: Rule = {
  id: "beanstalk-takes-platform-updates",
  title: "The Beanstalk environment takes updates of its platform",
  why: "An old platform keeps the holes of its system and its runtime.",
  remedy: "Set ManagedActionsEnabled to true in aws:elasticbeanstalk:managedactions.",
  snippet: `
Thing: { Type: AWS::ElasticBeanstalk::Environment, Properties: { ApplicationName: a, OptionSettings: [{ Namespace: "aws:elasticbeanstalk:managedactions", OptionName: ManagedActionsEnabled, Value: "true" }] } }`,
  severity: "medium",
  topics: ["patching"],
  types: ["AWS::ElasticBeanstalk::Environment"],
  judge(thing: Resource) {
    return thing
      .at("OptionSettings")
      .some((one) =>
        all(
          one.at("Namespace").equals("aws:elasticbeanstalk:managedactions"),
          one.at("OptionName").equals("ManagedActionsEnabled"),
          one.at("Value").isTrue(),
        ),
      );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ElasticBeanstalk::Environment, Properties: { ApplicationName: a, OptionSettings: [{ Namespace: "aws:elasticbeanstalk:managedactions", OptionName: ManagedActionsEnabled, Value: "true" }] } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::ElasticBeanstalk::Environment, Properties: { ApplicationName: a } }` },
    ],
  },
};
