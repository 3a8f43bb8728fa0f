/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { isNotWritten } from "./secret-source.ts";
import type { Rule } from "../rule.ts";

export const nestedPasswordIsNotInTheTemplate: Rule = {
  id: "nested-password-is-not-in-the-template",
  title: "No password in the settings of an application or endpoint is written in the template",
  why: "A template is in a repository, in CI logs and in the console of everyone who may look at stacks.",
  remedy: "Read it from Secrets Manager by a dynamic reference, or take it as a parameter with NoEcho and no default.",
  snippet: `
Thing: { Type: AWS::Amplify::App, Properties: { Name: a, BasicAuthConfig: { Username: u, Password: "{{resolve:secretsmanager:app:SecretString:password}}" } } }`,
  severity: "critical",
  topics: ["secrets"],
  types: ["AWS::Amplify::App", "AWS::Amplify::Branch", "AWS::DMS::Endpoint"],
  judge(thing: Resource, graph: Graph) {
    const path = thing.type === "AWS::DMS::Endpoint" ? "MongoDbSettings.Password" : "BasicAuthConfig.Password";
    const password = thing.at(path);
    return password.isFilled().outcome === "fail" ? "notApplicable" : isNotWritten(password, graph);
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Amplify::App, Properties: { Name: a, BasicAuthConfig: { Username: u, Password: "{{resolve:secretsmanager:app:SecretString:password}}" } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Amplify::App, Properties: { Name: a, BasicAuthConfig: { Username: u, Password: written-here } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::DMS::Endpoint, Properties: { EndpointType: source, EngineName: mongodb, MongoDbSettings: { Password: written-here } } }`,
      },
    ],
  },
};
