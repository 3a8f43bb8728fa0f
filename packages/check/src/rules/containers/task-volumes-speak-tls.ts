/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const taskVolumesSpeakTls: Rule = {
  id: "task-volumes-speak-tls",
  title: "File systems of the task are mounted over TLS",
  why: "Files with records pass over the network in clear text.",
  remedy: "Set TransitEncryption to ENABLED.",
  snippet: `
Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Volumes: [{ Name: v, EFSVolumeConfiguration: { FilesystemId: f, TransitEncryption: ENABLED } }] } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::ECS::TaskDefinition"],
  judge(thing: Resource) {
    const volumes = thing
      .at("Volumes")
      .items()
      .filter((volume) => !volume.at("EFSVolumeConfiguration").isAbsent);
    return volumes.length === 0
      ? "notApplicable"
      : all(...volumes.map((volume) => volume.at("EFSVolumeConfiguration.TransitEncryption").equals("ENABLED")));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Volumes: [{ Name: v, EFSVolumeConfiguration: { FilesystemId: f, TransitEncryption: ENABLED } }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::ECS::TaskDefinition, Properties: { Volumes: [{ Name: v, EFSVolumeConfiguration: { FilesystemId: f } }] } }`,
      },
    ],
  },
};
