/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const glueWorkHasASecurityConfiguration: Rule = {
  id: "glue-work-has-a-security-configuration",
  title: "Glue works under a security configuration",
  why: "Without one, what jobs and crawlers write is encrypted with nobody's key, or not.",
  remedy: "Name an AWS::Glue::SecurityConfiguration.",
  snippet: `
Thing: { Type: AWS::Glue::Job, Properties: { Role: r, Command: { Name: glueetl }, SecurityConfiguration: strict } }`,
  severity: "medium",
  topics: ["encryption-at-rest"],
  types: ["AWS::Glue::Crawler", "AWS::Glue::DevEndpoint", "AWS::Glue::Job"],
  judge(thing: Resource) {
    const path = thing.type === "AWS::Glue::Crawler" ? "CrawlerSecurityConfiguration" : "SecurityConfiguration";
    return thing.at(path).isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Glue::Job, Properties: { Role: r, Command: { Name: glueetl }, SecurityConfiguration: strict } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::Glue::Crawler, Properties: { Role: r, Targets: {}, CrawlerSecurityConfiguration: strict } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Glue::Job, Properties: { Role: r, Command: { Name: glueetl } } }` },
      { cloudformation: `Thing: { Type: AWS::Glue::Crawler, Properties: { Role: r, Targets: {} } }` },
    ],
  },
};
