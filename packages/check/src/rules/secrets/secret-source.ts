/** Where a password comes from: a literal, a parameter, or a store that gives it at deployment. */
import type { Graph } from "../../graph/graph.ts";
import type { Property } from "../../graph/property.ts";
import { fail, pass, unknown, type Truth } from "../../graph/truth.ts";

/** Types that take a password, and where. */
export const PASSWORD_PATHS: Readonly<Record<string, string>> = {
  "AWS::AmazonMQ::Broker": "Users[].Password",
  "AWS::DMS::Endpoint": "Password",
  "AWS::DirectoryService::MicrosoftAD": "Password",
  "AWS::DirectoryService::SimpleAD": "Password",
  "AWS::DocDB::DBCluster": "MasterUserPassword",
  "AWS::ElastiCache::ReplicationGroup": "AuthToken",
  "AWS::IAM::User": "LoginProfile.Password",
  "AWS::KinesisFirehose::DeliveryStream": "RedshiftDestinationConfiguration.Password",
  "AWS::RDS::DBCluster": "MasterUserPassword",
  "AWS::RDS::DBInstance": "MasterUserPassword",
  "AWS::Redshift::Cluster": "MasterUserPassword",
};

/** Given at deployment by Secrets Manager or as a secure SSM parameter. */
export function comesFromStore(secret: Property): Truth {
  return secret.judge((one) => {
    const { value } = one;
    const head = value.kind === "text" ? value.parts[0] : value.kind === "scalar" ? value.value : undefined;
    if (typeof head === "string" && /^\{\{resolve:(secretsmanager|ssm-secure):/.test(head))
      return pass("it is resolved", one.spot);
    // A generated secret of the template, or a data source of Terraform that reads one.
    if (value.kind === "reference" && value.resource !== "") return pass("it is given by another resource", one.spot);
    if (value.kind === "unknown" && one.parameter === undefined)
      return unknown(`${one.path} depends on ${value.reason}`, one.spot);
    return fail(`${one.path} is not read from a secret store`, one.spot);
  });
}

/** Not readable in the template: from a store, or a parameter that is neither shown nor has a default. */
export function isHidden(secret: Property, graph: Graph): Truth {
  const stored = comesFromStore(secret);
  if (stored.outcome === "pass") return stored;
  return secret.judge((one) => {
    const name = one.parameter;
    if (name === undefined) return one.isAbsent ? fail(`${one.path} is not set`, one.spot) : literalOrOpen(one);
    const parameter = graph.ofType("Ward::Parameter").find((candidate) => candidate.name === name);
    // Terraform's variables are marked where they are declared, which only their module knows.
    if (!parameter)
      return one.isUnknown
        ? pass(`${name} is given at deployment`, one.spot)
        : fail(`${one.path} is the default of ${name}`, one.spot);
    if (parameter.at("NoEcho").isTrue().outcome !== "pass")
      return fail(`parameter ${name} is shown to who looks at the stack: NoEcho is not set`, one.spot);
    return parameter.at("Default").isFilled().outcome === "pass"
      ? fail(`parameter ${name} has a default`, one.spot)
      : pass("a hidden parameter", one.spot);
  });
}

/** As `isHidden`, but whether a parameter is shown to who looks at the stack is left to the fact about parameters. */
export function isNotWritten(secret: Property, graph: Graph): Truth {
  const parameter = graph.ofType("Ward::Parameter").find(({ name }) => name === secret.parameter);
  return parameter && parameter.at("Default").isFilled().outcome === "fail"
    ? pass(`${parameter.name} is given at deployment`, secret.spot)
    : isHidden(secret, graph);
}

function literalOrOpen(one: Property): Truth {
  if (one.isUnknown) return one.undecided();
  return fail(`${one.path} is written in the template`, one.spot);
}
