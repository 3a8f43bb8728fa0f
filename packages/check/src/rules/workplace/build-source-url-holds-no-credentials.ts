/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const buildSourceUrlHoldsNoCredentials: Rule = {
  id: "build-source-url-holds-no-credentials",
  title: "The URL of the source holds no credentials",
  why: "A URL is in every log of the build.",
  remedy: "Connect the repository by OAuth or a connection.",
  snippet: `
Thing: { Type: AWS::CodeBuild::Project, Properties: { Source: { Type: GITHUB, Location: "https://github.com/a/b" } } }`,
  severity: "high",
  topics: ["secrets"],
  types: ["AWS::CodeBuild::Project"],
  judge(thing: Resource) {
    return all(
      not(thing.at("Source.Location").matches(/\/\/[^/@]+@/)),
      thing.at("SecondarySources").every((one) => not(one.at("Location").matches(/\/\/[^/@]+@/))),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { Source: { Type: GITHUB, Location: "https://github.com/a/b" } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CodeBuild::Project, Properties: { Source: { Type: BITBUCKET, Location: "https://user:token@bitbucket.org/a/b" } } }`,
      },
    ],
  },
};
