/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const fleetOpensSinglePorts: Rule = {
  id: "fleet-opens-single-ports",
  title: "The fleet opens single ports",
  why: "A range of ports opens what happens to listen there.",
  remedy: "Write a permission for each port.",
  snippet: `
Thing: { Type: AWS::GameLift::Fleet, Properties: { EC2InboundPermissions: [{ FromPort: 1900, ToPort: 1900 }] } }`,
  severity: "low",
  topics: ["network-isolation"],
  types: ["AWS::GameLift::Fleet"],
  judge(thing: Resource) {
    return thing.at("EC2InboundPermissions").every((one) => {
      const [from, to] = [one.at("FromPort"), one.at("ToPort")];
      return from.number() === undefined || to.number() === undefined
        ? from.undecided()
        : from.equals(to.number() ?? -1);
    });
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::GameLift::Fleet, Properties: { EC2InboundPermissions: [{ FromPort: 1900, ToPort: 1900 }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::GameLift::Fleet, Properties: { EC2InboundPermissions: [{ FromPort: 1900, ToPort: 2000 }] } }`,
      },
    ],
  },
};
