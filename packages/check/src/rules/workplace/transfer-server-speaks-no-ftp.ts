/** 45 CFR 164.312(e)(1): what is sent is guarded on its way. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const transferServerSpeaksNoFtp: Rule = {
  id: "transfer-server-speaks-no-ftp",
  title: "The transfer server speaks no FTP",
  why: "FTP sends passwords and files in clear text.",
  remedy: "Use SFTP, FTPS or AS2 in Protocols.",
  snippet: `
Thing: { Type: AWS::Transfer::Server, Properties: { Protocols: [SFTP] } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::Transfer::Server"],
  judge(thing: Resource) {
    return thing.at("Protocols").every((one) => not(one.equals("FTP")));
  },
  samples: {
    good: [
      { cloudformation: `Thing: { Type: AWS::Transfer::Server, Properties: { Protocols: [SFTP] } }` },
      { cloudformation: `Thing: { Type: AWS::Transfer::Server, Properties: { EndpointType: VPC } }` },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::Transfer::Server, Properties: { Protocols: [SFTP, FTP] } }` }],
  },
};
