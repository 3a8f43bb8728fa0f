/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import type { Graph } from "../../graph/graph.ts";
import { isHidden } from "./secret-source.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const databaseUserIsNotInTheTemplate: Rule = {
  id: "database-user-is-not-in-the-template",
  title: "The name of the main database user is not written in the template",
  why: "Half of a sign-in is known to everyone who reads the repository.",
  remedy: "Read it from Secrets Manager by a dynamic reference.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { MasterUsername: "{{resolve:secretsmanager:x:SecretString:y}}" } }`,
  severity: "low",
  topics: ["secrets"],
  types: ["AWS::RDS::DBInstance"],
  judge(thing: Resource, graph: Graph) {
    return thing.at("MasterUsername").isAbsent ? "notApplicable" : isHidden(thing.at("MasterUsername"), graph);
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { MasterUsername: "{{resolve:secretsmanager:x:SecretString:y}}" } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { MasterUsername: "abcdefgh" } }` }],
  },
};
