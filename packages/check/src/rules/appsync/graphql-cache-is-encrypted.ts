/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const graphqlCacheIsEncrypted: Rule = {
  id: "graphql-cache-is-encrypted",
  title: "The cache of the GraphQL API is encrypted",
  why: "A cache of answers about patients is a copy of their records.",
  remedy: "Set AtRestEncryptionEnabled and TransitEncryptionEnabled.",
  snippet: `
Thing: { Type: AWS::AppSync::ApiCache, Properties: { AtRestEncryptionEnabled: true, TransitEncryptionEnabled: true } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::AppSync::ApiCache"],
  judge(thing: Resource) {
    return all(thing.at("AtRestEncryptionEnabled").isTrue(), thing.at("TransitEncryptionEnabled").isTrue());
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::AppSync::ApiCache, Properties: { AtRestEncryptionEnabled: true, TransitEncryptionEnabled: true } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::AppSync::ApiCache, Properties: { Ttl: 60 } }` }],
  },
};
