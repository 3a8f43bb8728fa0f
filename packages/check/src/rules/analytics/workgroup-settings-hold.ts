/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const workgroupSettingsHold: Rule = {
  id: "workgroup-settings-hold",
  title: "The settings of the workgroup hold for everyone",
  why: "Otherwise each client chooses where results go, and whether they are encrypted.",
  remedy: "Set EnforceWorkGroupConfiguration to true.",
  snippet: `
Thing: { Type: AWS::Athena::WorkGroup, Properties: { WorkGroupConfiguration: { EnforceWorkGroupConfiguration: true } } }`,
  severity: "medium",
  topics: ["encryption-at-rest"],
  types: ["AWS::Athena::WorkGroup"],
  judge(thing: Resource) {
    return not(
      any(
        thing.at("WorkGroupConfiguration.EnforceWorkGroupConfiguration").isFalse(),
        not(thing.at("WorkGroupConfiguration").exists()),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Athena::WorkGroup, Properties: { WorkGroupConfiguration: { EnforceWorkGroupConfiguration: true } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Athena::WorkGroup, Properties: { WorkGroupConfiguration: { EnforceWorkGroupConfiguration: false } } }`,
      },
    ],
  },
};
