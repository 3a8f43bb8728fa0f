/**
 * The routes that an OpenAPI or Swagger definition gives to an API (`Body` of a REST or HTTP API), as the methods, routes,
 * authorizers and validators that API Gateway makes of it on import. A definition that can't be read stands as one route
 * of which nothing is known: silence would say that there is none.
 */
import { Property } from "../../graph/property.ts";
import { Resource } from "../../graph/resource.ts";
import { map, reference, unknownValue, type Value } from "../../graph/value.ts";
import { fromPlain } from "../../graph/plain-value.ts";
import { schemesOf, securedBy, type Named } from "./security.ts";
import { definitionOf } from "./definition.ts";

/** What stands beside the definition and holds for its operations too, as SAM's `Auth` does. */
export interface BesideDefinition {
  /** How an operation that says nothing of security is secured. */
  readonly byDefault?: Value;
  /** Authorizers that operations may name though the definition has no such scheme. */
  readonly schemes?: Named;
  /** Operations, as `operationKey` writes them, that are made elsewhere. */
  readonly elsewhere?: ReadonlySet<string>;
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly content: Property;
  readonly id: string;
}

const METHODS = new Set(["get", "put", "post", "delete", "options", "head", "patch"]);
const ANY = "x-amazon-apigateway-any-method";
const VALIDATOR = "x-amazon-apigateway-request-validator";
const INTEGRATION = "x-amazon-apigateway-integration";
const REFS_MAX = 8;
const REST = "AWS::ApiGateway::RestApi";
const HTTP = "AWS::ApiGatewayV2::Api";

export function withDefinedRoutes(resources: readonly Resource[]): readonly Resource[] {
  return resources.flatMap((resource) => [resource, ...definedRoutes(resource)]);
}

export function definedRoutes(api: Resource, beside: BesideDefinition = {}): readonly Resource[] {
  if (api.type !== REST && api.type !== HTTP) return [];
  return definitionOf(api).flatMap(({ body, onlyIf }, index) => {
    const prefix = `${api.id}${index === 0 ? "" : `(${index + 1})`}`;
    const author = onlyIf === undefined ? api : withCondition(api, onlyIf);
    const paths = body.at("paths");
    const operations = operationsOf(body, prefix);
    const items = paths.entries().map(([, item]) => openReason(pathItem(item, body)));
    const open = openReason(paths) ?? items.find((reason) => reason !== undefined);
    return [
      ...operations
        .filter(({ method, path }) => beside.elsewhere?.has(operationKey(method, path)) !== true)
        .flatMap((operation) => routeOf(author, body, operation, beside)),
      ...authorizersOf(author, body, prefix),
      ...(api.type === REST ? validatorsOf(author, body, prefix) : []),
      ...(open === undefined ? [] : [openRoutes(author, prefix, open, paths)]),
    ];
  });
}

/** `GET /patients`, `ANY /patients`: how an operation is named where two descriptions of one API meet. */
export function operationKey(method: string, path: string): string {
  return `${method === ANY ? "ANY" : method.toUpperCase()} ${path}`;
}

/** Every operation that the definition writes out, as `operationKey` names it. */
export function operationKeys(api: Resource): ReadonlySet<string> {
  const operations = definitionOf(api).flatMap(({ body }) => operationsOf(body, ""));
  return new Set(operations.map(({ method, path }) => operationKey(method, path)));
}

function operationsOf(body: Property, prefix: string): readonly Operation[] {
  return body
    .at("paths")
    .entries()
    .flatMap(([path, item]) =>
      pathItem(item, body)
        .entries()
        .filter(([method]) => method === ANY || METHODS.has(method.toLowerCase()))
        .map(([method, content]) => ({ path, method, content, id: `${prefix}(${operationKey(method, path)})` })),
    );
}

/** What a path item's `$ref` names, with what stands beside it (OpenAPI 3.1 §4.8.9.1); a chain of them ends somewhere. */
function pathItem(item: Property, body: Property, hops = 0): Property {
  const ref = item.entries().find(([key]) => key === "$ref")?.[1];
  if (!ref) return item;
  const found = hops < REFS_MAX ? pointedTo(ref.text() ?? "", body) : undefined;
  if (!found) {
    const named = ref.text()?.slice(0, 80) ?? "a name that is not known";
    return new Property(unknownValue(`the path item ${named}, which is not in the definition`, ref.spot), item.path);
  }
  const target = pathItem(found, body, hops + 1);
  if (target.value.kind !== "map" || item.value.kind !== "map") return target;
  const own = [...item.value.entries].filter(([key]) => key !== "$ref");
  return new Property(
    map([...target.value.entries, ...own], item.spot, target.value.open ?? item.value.open),
    item.path,
  );
}

/** RFC 6901, within the definition. */
function pointedTo(ref: string, body: Property): Property | undefined {
  if (!ref.startsWith("#/")) return undefined;
  let at: Property | undefined = body;
  for (const step of ref.slice(2).split("/")) {
    const key = decoded(step).replaceAll("~1", "/").replaceAll("~0", "~");
    at = at?.entries().find(([name]) => name === key)?.[1];
  }
  return at;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** Why there may be more operations than are written out. */
function openReason({ value }: Property): string | undefined {
  if (value.kind === "unknown") return value.reason;
  if (value.kind !== "map") return undefined;
  if (value.open !== undefined) return value.open;
  for (const item of value.entries.values()) {
    if (item.kind === "unknown") return item.reason;
    if (item.kind === "map" && item.open !== undefined) return item.open;
  }
  return undefined;
}

function routeOf(api: Resource, body: Property, operation: Operation, beside: BesideDefinition): readonly Resource[] {
  const { id, path, method, content } = operation;
  const isRest = api.type === REST;
  const security = securityOf(api, body, content, beside);
  const owner = reference(api.id, "", content.spot);
  if (isRest) {
    const properties = {
      RestApiId: owner,
      HttpMethod: method === ANY ? "ANY" : method.toUpperCase(),
      AuthorizationType: security.type,
      ApiKeyRequired: security.isKeyAsked,
      OperationName: written(content.at("operationId")),
      RequestValidatorId: validatorOf(body, content),
      Integration: integrationOf(content.at(INTEGRATION)),
    };
    return [make(api, id, "AWS::ApiGateway::Method", properties, content)];
  }
  const target = `${id}Integration`;
  const integration = content.at(INTEGRATION);
  const key = path === "/$default" && method === ANY ? "$default" : operationKey(method, path);
  const route = { ApiId: owner, RouteKey: key, AuthorizationType: security.type };
  if (integration.isAbsent) return [make(api, id, "AWS::ApiGatewayV2::Route", route, content)];
  return [
    make(api, id, "AWS::ApiGatewayV2::Route", { ...route, Target: reference(target, "", integration.spot) }, content),
    make(
      api,
      target,
      "AWS::ApiGatewayV2::Integration",
      {
        ApiId: owner,
        IntegrationType: written(integration.at("type")),
        IntegrationUri: written(integration.at("uri")),
        TlsConfig: written(integration.at("tlsConfig")),
      },
      integration,
    ),
  ];
}

function securityOf(api: Resource, body: Property, operation: Property, beside: BesideDefinition) {
  const schemes = schemesOf(body, beside.schemes);
  const extension = operation.at("x-amazon-apigateway-auth.type");
  if (!extension.isAbsent) return { type: extension.value, isKeyAsked: false };
  const own = operation.at("security");
  if (!own.isAbsent) return securedBy(own, schemes);
  if (beside.byDefault) return { type: beside.byDefault, isKeyAsked: false };
  const none = fromPlain("NONE", operation.spot);
  // AWS's notes on REST APIs: security at the definition's root is not used. Of HTTP APIs they say nothing.
  if (api.type === REST || body.at("security").isAbsent) return { type: none, isKeyAsked: false };
  const reason = "whether API Gateway takes the security at the definition's root for each operation";
  return { type: unknownValue(reason, body.at("security").spot), isKeyAsked: false };
}

/** A validator that checks nothing is none. */
function validatorOf(body: Property, operation: Property): Value | undefined {
  const chosen = operation.at(VALIDATOR).isAbsent ? body.at(VALIDATOR) : operation.at(VALIDATOR);
  if (chosen.isAbsent) return undefined;
  const name = chosen.text();
  if (name === undefined) return unknownValue("which validator the definition names", chosen.spot, false);
  const validators = body.at(`${VALIDATOR}s`);
  const validator = validators.entries().find(([key]) => key === name)?.[1];
  const open = openReason(validators);
  if (!validator) return open === undefined ? undefined : unknownValue(open, chosen.spot, false);
  const checks = ["validateRequestBody", "validateRequestParameters"].map((what) => validator.at(what).isTrue());
  if (checks.some(({ outcome }) => outcome === "pass")) return chosen.value;
  const doubt = checks.find(({ outcome }) => outcome === "unknown");
  return doubt && unknownValue(doubt.because, chosen.spot, false);
}

function integrationOf(integration: Property): Value | object | undefined {
  if (integration.isAbsent) return undefined;
  if (integration.isUnknown) return integration.value;
  return {
    Type: written(integration.at("type")),
    Uri: written(integration.at("uri")),
    IntegrationHttpMethod: written(integration.at("httpMethod")),
    Credentials: written(integration.at("credentials")),
    ConnectionType: written(integration.at("connectionType")),
  };
}

function authorizersOf(api: Resource, body: Property, prefix: string): readonly Resource[] {
  const isRest = api.type === REST;
  return [...schemesOf(body).known].flatMap(([name, scheme]) => {
    const authorizer = scheme.at("x-amazon-apigateway-authorizer");
    if (authorizer.isAbsent) return [];
    const properties = {
      [isRest ? "RestApiId" : "ApiId"]: reference(api.id, "", scheme.spot),
      Name: name,
      [isRest ? "Type" : "AuthorizerType"]: written(authorizer.at("type")),
      AuthorizerUri: written(authorizer.at("authorizerUri")),
      ProviderARNs: written(authorizer.at("providerARNs")),
      AuthorizerResultTtlInSeconds: written(authorizer.at("authorizerResultTtlInSeconds")),
      JwtConfiguration: written(authorizer.at("jwtConfiguration")),
    };
    const type = isRest ? "AWS::ApiGateway::Authorizer" : "AWS::ApiGatewayV2::Authorizer";
    return [make(api, `${prefix}(authorizer ${name})`, type, properties, scheme)];
  });
}

function validatorsOf(api: Resource, body: Property, prefix: string): readonly Resource[] {
  return body
    .at(`${VALIDATOR}s`)
    .entries()
    .map(([name, validator]) => {
      const properties = {
        RestApiId: reference(api.id, "", validator.spot),
        Name: name,
        ValidateRequestBody: written(validator.at("validateRequestBody")) ?? false,
        ValidateRequestParameters: written(validator.at("validateRequestParameters")) ?? false,
      };
      const id = `${prefix}(validator ${name})`;
      return make(api, id, "AWS::ApiGateway::RequestValidator", properties, validator);
    });
}

function openRoutes(api: Resource, prefix: string, reason: string, at: Property): Resource {
  const isRest = api.type === REST;
  const owner = [isRest ? "RestApiId" : "ApiId", reference(api.id, "", at.spot)] as const;
  return new Resource({
    id: `${prefix}(routes)`,
    type: isRest ? "AWS::ApiGateway::Method" : "AWS::ApiGatewayV2::Route",
    name: `the routes of ${api.name} that its definition leaves open`,
    properties: map([owner], at.spot, reason),
    spot: at.spot,
    madeFor: api.id,
    ...(api.onlyIf === undefined ? {} : { onlyIf: api.onlyIf }),
  });
}

function make(api: Resource, id: string, type: string, properties: object, at: Property): Resource {
  const made = fromPlain(properties, at.spot);
  return new Resource({
    id,
    type,
    name: `${id.slice(id.indexOf("(") + 1, id.lastIndexOf(")"))} of ${api.name}`,
    properties: made.kind === "map" ? made : map([], at.spot),
    spot: at.spot,
    madeFor: api.id,
    ...(api.onlyIf === undefined ? {} : { onlyIf: api.onlyIf }),
  });
}

function withCondition(api: Resource, onlyIf: string): Resource {
  const { id, type, name, properties, attributes, spot } = api;
  return new Resource({ id, type, name, properties, attributes, spot, onlyIf });
}

function written({ isAbsent, value }: Property): Value | undefined {
  return isAbsent ? undefined : value;
}
