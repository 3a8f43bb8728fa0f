/** GDPR Art. 44: data leaves for a third country only under the conditions of the chapter, so never by accident. */
import { countryOf } from "../../graph/cloud-regions.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { any, fail, pass, unknown, type Truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const regionIsOnTheResidencyList: Rule = {
  id: "region-is-on-the-residency-list",
  title: "The region is one where the app's data may live",
  why: "A replica, a stack set or an ARN of another region takes PHI to a country that nobody agreed to, and no one sees it leave.",
  remedy:
    "Use a region of the list that ward.config.ts, --residency or the template's Metadata gives, or add the region there if data may live in it.",
  snippet: `
Metadata: { Ward: { Residency: [DE, eu-west-1] } }
Table: { Type: AWS::DynamoDB::GlobalTable, Properties: { Replicas: [{ Region: eu-central-1 }] } }`,
  severity: "high",
  topics: ["residency"],
  types: ["Ward::Region"],
  judge(named: Resource) {
    return named.at("Region").judge((region) => onList(region, named.at("Residency")));
  },
  samples: {
    good: [
      {
        cloudformation: `
Metadata: { Ward: { Residency: [DE, eu-west-1], Region: eu-central-1 } }
Resources:
  Table: { Type: AWS::DynamoDB::GlobalTable, Properties: { Replicas: [{ Region: !Ref AWS::Region }, { Region: eu-west-1 }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `
Metadata: { Ward: { Residency: [DE, eu-west-1] } }
Resources:
  Table: { Type: AWS::DynamoDB::GlobalTable, Properties: { Replicas: [{ Region: eu-central-1 }, { Region: us-east-1 }] } }`,
      },
      {
        cloudformation: `
Metadata: { Ward: { Residency: [eu-west-1] } }
Resources:
  Secret: { Type: AWS::SecretsManager::Secret, Properties: { ReplicaRegions: [{ Region: eu-west-2 }] } }`,
      },
      {
        cloudformation: `
Metadata: { Ward: { Residency: [DE] } }
Resources:
  Plan: { Type: AWS::Lambda::EventSourceMapping, Properties: { EventSourceArn: !Sub "arn:aws:sqs:us-west-2:\${AWS::AccountId}:q" } }`,
      },
    ],
    unknown: [
      {
        cloudformation: `
Metadata: { Ward: { Residency: [DE] } }
Parameters: { Second: { Type: String } }
Resources:
  Table: { Type: AWS::DynamoDB::GlobalTable, Properties: { Replicas: [{ Region: !Ref Second }] } }`,
      },
    ],
  },
};

function onList(region: Property, residency: Property): Truth {
  const code = region.text()?.toLowerCase();
  if (code === undefined) return region.undecided();
  const country = countryOf(code);
  const answers = residency.items().map((allowed): Truth => {
    const text = allowed.text();
    if (text === undefined) return unknown("an entry of the residency list", allowed.spot);
    if (text.toLowerCase() === code || text.toUpperCase() === country)
      return pass(`${code} is on the list`, region.spot);
    const isCountry = /^[A-Za-z]{2}$/.test(text);
    return isCountry && country === undefined
      ? unknown(`which country ${code} lies in, which is not known here`, region.spot)
      : fail(`the region is ${code}, which is not on the list`, region.spot);
  });
  return any(...answers);
}
