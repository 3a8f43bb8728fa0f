/** 45 CFR 164.312(b): activity is recorded. */
import { recordsObjects } from "./data-events.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const trailRecordsObjectReads: Rule = {
  id: "trail-records-object-reads",
  title: "The trail records reads of objects",
  why: "Management events say who made a bucket, not who reads the records in it.",
  remedy: "Add a data event selector for AWS::S3::Object.",
  snippet: `
Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, EventSelectors: [{ ReadWriteType: All, DataResources: [{ Type: "AWS::S3::Object", Values: ["arn:aws:s3"] }] }] } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::CloudTrail::Trail"],
  judge(thing: Resource) {
    return recordsObjects(thing, "ReadOnly");
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, EventSelectors: [{ ReadWriteType: All, DataResources: [{ Type: "AWS::S3::Object", Values: ["arn:aws:s3"] }] }] } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true } }` },
      {
        cloudformation: `Thing: { Type: AWS::CloudTrail::Trail, Properties: { IsLogging: true, EventSelectors: [{ ReadWriteType: WriteOnly, DataResources: [{ Type: "AWS::S3::Object", Values: ["arn:aws:s3"] }] }] } }`,
      },
    ],
  },
};
