/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { isNotWritten } from "./secret-source.ts";
import type { Rule } from "../rule.ts";

export const applicationOauthTokenIsNotInTheTemplate: Rule = {
  id: "application-oauth-token-is-not-in-the-template",
  title: "No OAuth token of an application is written in the template",
  why: "A template is in a repository, in CI logs and in the console of everyone who may look at stacks.",
  remedy: "Read it from Secrets Manager by a dynamic reference, or take it as a parameter with NoEcho and no default.",
  snippet: `
Thing: { Type: AWS::Amplify::App, Properties: { Name: a, OauthToken: "{{resolve:secretsmanager:app:SecretString:token}}" } }`,
  severity: "critical",
  topics: ["secrets"],
  types: ["AWS::Amplify::App"],
  judge(thing: Resource, graph: Graph) {
    const token = thing.at("OauthToken");
    return token.isFilled().outcome === "fail" ? "notApplicable" : isNotWritten(token, graph);
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Amplify::App, Properties: { Name: a, OauthToken: "{{resolve:secretsmanager:app:SecretString:token}}" } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::Amplify::App, Properties: { Name: a, OauthToken: ghp_written_here } }` },
    ],
  },
};
