/**
 * The SAM transform (AWS::Serverless-2016-10-31) on resources of the normal form, so that a rule about functions, roles
 * and APIs holds for what SAM writes in one line. What is made points to the line that it was made for.
 */
import { Resource } from "../../../graph/resource.ts";
import { map, type Value } from "../../../graph/value.ts";
import {
  expandHttpApi,
  expandRestApi,
  IMPLICIT_HTTP,
  IMPLICIT_REST,
  implicitApi,
  routesByApi,
  type Route,
} from "./api.ts";
import { expandConnectors } from "./connector.ts";
import { expandFunction } from "./function.ts";
import { withGlobals } from "./globals.ts";
import { become, given, pickGiven } from "./made.ts";
import { expandStateMachine } from "./state-machine.ts";

export function transformSam(
  resources: readonly Resource[],
  globals: Value | undefined,
  prefix: string,
): readonly Resource[] {
  const authored = resources.map((resource) => withGlobals(resource, globals));
  const functions = authored.filter(
    ({ type }) => type === "AWS::Serverless::Function" || type === "AWS::Serverless::StateMachine",
  );
  const routes = routesByApi(functions, prefix);
  const implied = [
    [prefix + IMPLICIT_REST, "AWS::Serverless::Api"],
    [prefix + IMPLICIT_HTTP, "AWS::Serverless::HttpApi"],
  ].flatMap(([id = "", type = ""]) => {
    const author = routes.get(id)?.[0]?.author;
    return author && !authored.some((one) => one.id === id)
      ? [withGlobals(implicitApi(id, type, author), globals)]
      : [];
  });
  const expanded = [...authored, ...implied].flatMap((resource) => expand(resource, routes.get(resource.id) ?? []));
  return mendReferences([...expanded, ...expandConnectors(authored)]);
}

function expand(resource: Resource, routes: readonly Route[]): readonly Resource[] {
  switch (resource.type) {
    case "AWS::Serverless::Function":
      return expandFunction(resource);
    case "AWS::Serverless::Api":
      return expandRestApi(resource, routes);
    case "AWS::Serverless::HttpApi":
      return expandHttpApi(resource, routes);
    case "AWS::Serverless::StateMachine":
      return expandStateMachine(resource);
    case "AWS::Serverless::SimpleTable":
      return [simpleTable(resource)];
    case "AWS::Serverless::LayerVersion":
      return [
        become(resource, "AWS::Lambda::LayerVersion", {
          ...pickGiven(resource, ["CompatibleRuntimes", "Description", "LayerName", "LicenseInfo"]),
          Content: given(resource, "ContentUri"),
        }),
      ];
    case "AWS::Serverless::GraphQLApi":
      return [
        become(resource, "AWS::AppSync::GraphQLApi", {
          ...pickGiven(resource, ["Name", "Tags", "XrayEnabled"]),
          ...graphQlAuth(resource),
          LogConfig: given(resource, "Logging"),
        }),
      ];
    case "AWS::Serverless::Application":
      return [
        become(resource, "AWS::CloudFormation::Stack", {
          TemplateURL: given(resource, "Location"),
          ...pickGiven(resource, ["Parameters", "Tags"]),
        }),
      ];
    case "AWS::Serverless::Connector":
      return [];
    default:
      return [resource];
  }
}

function simpleTable(resource: Resource): Resource {
  const key = resource.at("PrimaryKey.Name").isAbsent ? "id" : resource.at("PrimaryKey.Name").value;
  return become(resource, "AWS::DynamoDB::Table", {
    ...pickGiven(resource, [
      "TableName",
      "SSESpecification",
      "PointInTimeRecoverySpecification",
      "ProvisionedThroughput",
      "Tags",
    ]),
    ...(resource.at("ProvisionedThroughput").isAbsent ? { BillingMode: "PAY_PER_REQUEST" } : {}),
    KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
  });
}

function graphQlAuth(resource: Resource): object {
  return { AuthenticationType: given(resource, "Auth.Type") };
}

/** `!Ref Api.Stage` and `!GetAtt Function.Alias` name what SAM makes by a dot after the author's id. */
function mendReferences(resources: readonly Resource[]): readonly Resource[] {
  const ids = new Set(resources.map(({ id }) => id));
  const mend = (value: Value): Value => {
    switch (value.kind) {
      case "reference": {
        const target = ids.has(value.resource) ? value.resource : value.resource.replace(".", "");
        return ids.has(target) ? { ...value, resource: target } : value;
      }
      case "list":
        return { ...value, items: value.items.map(mend) };
      case "map":
        return { ...value, entries: new Map([...value.entries].map(([key, child]) => [key, mend(child)])) };
      case "choice":
        return { ...value, options: value.options.map(mend) };
      case "text":
        return {
          ...value,
          parts: value.parts.map((part) => (typeof part === "string" ? part : (mend(part) as typeof part))),
        };
      default:
        return value;
    }
  };
  return resources.map((resource) => {
    const properties = mend(resource.properties);
    return new Resource({
      id: resource.id,
      type: resource.type,
      name: resource.name,
      spot: resource.spot,
      attributes: resource.attributes,
      properties: properties.kind === "map" ? properties : map([], resource.spot),
      ...(resource.madeFor === undefined ? {} : { madeFor: resource.madeFor }),
      ...(resource.onlyIf === undefined ? {} : { onlyIf: resource.onlyIf }),
    });
  });
}
