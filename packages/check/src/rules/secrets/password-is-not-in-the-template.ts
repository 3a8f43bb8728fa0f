/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import type { Graph } from "../../graph/graph.ts";
import { isHidden, PASSWORD_PATHS } from "./secret-source.ts";
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const passwordIsNotInTheTemplate: Rule = {
  id: "password-is-not-in-the-template",
  title: "No password is written in the template",
  why: "A template is in a repository, in CI logs and in the console of everyone who may look at stacks.",
  remedy:
    "Read it from Secrets Manager by a dynamic reference, or generate it there; at the least take it as a parameter with NoEcho and no default.",
  snippet: `
MasterUserPassword: "{{resolve:secretsmanager:db:SecretString:password}}"`,
  severity: "critical",
  topics: ["secrets"],
  types: Object.keys(PASSWORD_PATHS),
  waivable: false,
  judge(resource: Resource, graph: Graph) {
    const path = PASSWORD_PATHS[resource.type] ?? "";
    const [list, field] = path.split("[].");
    if (field !== undefined) {
      return all(
        resource.at(list ?? "").isFilled(),
        resource.at(list ?? "").every((one) => isHidden(one.at(field), graph)),
      );
    }
    const holder = path.includes(".") ? resource.at(path.slice(0, path.lastIndexOf("."))) : undefined;
    // A directory can't be made without its password; a database can manage its own.
    const isNeeded = resource.type.startsWith("AWS::DirectoryService::");
    if (!isNeeded && (holder ? holder.isAbsent : resource.at(path).isAbsent)) return "notApplicable";
    return isHidden(resource.at(path), graph);
  },
  samples: {
    good: [
      {
        cloudformation: `Database: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: "{{resolve:secretsmanager:db:SecretString:password}}" } }`,
      },
      {
        cloudformation: `
Parameters:
  Password: { Type: String, NoEcho: true }
Resources:
  Database: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: !Ref Password } }`,
      },
    ],
    bad: [
      { cloudformation: `Database: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: hunter22 } }` },
      {
        cloudformation: `
Parameters:
  Password: { Type: String, NoEcho: true, Default: hunter22 }
Resources:
  Database: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: !Ref Password } }`,
      },
      {
        cloudformation: `Broker: { Type: AWS::AmazonMQ::Broker, Properties: { Users: [{ Username: u, Password: hunter22 }] } }`,
      },
    ],
  },
};
