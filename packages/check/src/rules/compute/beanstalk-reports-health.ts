/** Hygiene: no clause asks for it, operations do. */
import type { Resource } from "../../graph/resource.ts";
import { all, any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const beanstalkReportsHealth: Rule = {
  id: "beanstalk-reports-health",
  title: "The Beanstalk environment reports its health",
  why: "Without it an environment that answers with errors looks like one that works.",
  remedy: "Set SystemType to enhanced in aws:elasticbeanstalk:healthreporting:system.",
  snippet: `
Thing: { Type: AWS::ElasticBeanstalk::Environment, Properties: { ApplicationName: a, OptionSettings: [{ Namespace: "aws:elasticbeanstalk:healthreporting:system", OptionName: SystemType, Value: enhanced }] } }`,
  severity: "low",
  topics: ["monitoring"],
  types: ["AWS::ElasticBeanstalk::Environment"],
  judge(thing: Resource) {
    return thing
      .at("OptionSettings")
      .some((one) =>
        all(
          one.at("Namespace").equals("aws:elasticbeanstalk:healthreporting:system"),
          one.at("OptionName").equals("SystemType", "HealthStreamingEnabled"),
          any(one.at("Value").equals("enhanced"), one.at("Value").isTrue()),
        ),
      );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ElasticBeanstalk::Environment, Properties: { ApplicationName: a, OptionSettings: [{ Namespace: "aws:elasticbeanstalk:healthreporting:system", OptionName: SystemType, Value: enhanced }] } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::ElasticBeanstalk::Environment, Properties: { ApplicationName: a } }` },
    ],
  },
};
