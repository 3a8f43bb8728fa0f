/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { isNotWritten } from "./secret-source.ts";
import type { Rule } from "../rule.ts";

export const applicationAccessTokenIsNotInTheTemplate: Rule = {
  id: "application-access-token-is-not-in-the-template",
  title: "No access token of an application is written in the template",
  why: "A template is in a repository, in CI logs and in the console of everyone who may look at stacks.",
  remedy: "Read it from Secrets Manager by a dynamic reference, or take it as a parameter with NoEcho and no default.",
  snippet: `
Thing: { Type: AWS::Amplify::App, Properties: { Name: a, AccessToken: "{{resolve:secretsmanager:app:SecretString:token}}" } }`,
  severity: "critical",
  topics: ["secrets"],
  types: ["AWS::Amplify::App"],
  judge(thing: Resource, graph: Graph) {
    const token = thing.at("AccessToken");
    return token.isFilled().outcome === "fail" ? "notApplicable" : isNotWritten(token, graph);
  },
  samples: {
    good: [
      {
        cloudformation: `
Parameters:
  Token: { Type: String }
Resources:
  Thing: { Type: AWS::Amplify::App, Properties: { Name: a, AccessToken: !Ref Token } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::Amplify::App, Properties: { Name: a, AccessToken: "{{resolve:secretsmanager:app:SecretString:token}}" } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Amplify::App, Properties: { Name: a, AccessToken: ghp_written_here } }` },
    ],
  },
};
