/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import { comesFromStore, PASSWORD_PATHS } from "./secret-source.ts";
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const passwordComesFromASecretStore: Rule = {
  id: "password-comes-from-a-secret-store",
  title: "Passwords come from a secret store",
  why: "A parameter is typed by someone, kept somewhere to be typed again, and never changes.",
  remedy:
    "Read it from Secrets Manager by a dynamic reference, or let the service manage it (ManageMasterUserPassword).",
  snippet: `
MasterUserPassword: "{{resolve:secretsmanager:db:SecretString:password}}"`,
  severity: "low",
  topics: ["secrets", "credential-rotation"],
  types: Object.keys(PASSWORD_PATHS),
  judge(resource: Resource) {
    const path = PASSWORD_PATHS[resource.type] ?? "";
    const [list, field] = path.split("[].");
    if (field !== undefined) {
      return all(
        resource.at(list ?? "").isFilled(),
        resource.at(list ?? "").every((one) => comesFromStore(one.at(field))),
      );
    }
    const holder = path.includes(".") ? resource.at(path.slice(0, path.lastIndexOf("."))) : undefined;
    // A directory can't be made without its password; a database can manage its own.
    const isNeeded = resource.type.startsWith("AWS::DirectoryService::");
    if (!isNeeded && (holder ? holder.isAbsent : resource.at(path).isAbsent)) return "notApplicable";
    return comesFromStore(resource.at(path));
  },
  samples: {
    good: [
      {
        cloudformation: `Database: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: "{{resolve:secretsmanager:db:SecretString:password}}" } }`,
      },
    ],
    bad: [{ cloudformation: `Database: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: hunter22 } }` }],
  },
};
