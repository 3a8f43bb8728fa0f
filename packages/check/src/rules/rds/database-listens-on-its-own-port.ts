/** Hygiene: no clause asks for it, operations do. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const databaseListensOnItsOwnPort: Rule = {
  id: "database-listens-on-its-own-port",
  title: "The database listens on a port that was chosen",
  why: "Scanners try the ports that everybody uses first. Another one stops no attack, but most of the noise.",
  remedy: "Set Port to another than the default of the engine.",
  snippet: `
Thing: { Type: AWS::RDS::DBInstance, Properties: { Port: "5533" } }`,
  severity: "low",
  topics: ["hygiene"],
  types: ["AWS::RDS::DBInstance", "AWS::RDS::DBCluster"],
  judge(thing: Resource) {
    if (thing.type === "AWS::RDS::DBInstance" && thing.at("DBClusterIdentifier").exists().outcome === "pass")
      return "notApplicable";
    const port = thing.at("Port");
    return all(port.exists(), not(port.equals(3306, 5432, 1521, 1433, 50000, "3306", "5432", "1521", "1433", "50000")));
  },
  samples: {
    good: [{ cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Port: "5533" } }` }],
    bad: [
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres } }` },
      { cloudformation: `Thing: { Type: AWS::RDS::DBInstance, Properties: { Engine: postgres, Port: "5432" } }` },
    ],
  },
};
