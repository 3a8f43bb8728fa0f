/** AWS::Serverless::Api and HttpApi with the routes that functions' events add, and the APIs that such events imply. */
import type { Property } from "../../../graph/property.ts";
import { Resource } from "../../../graph/resource.ts";
import { map, reference, scalar, type Value } from "../../../graph/value.ts";
import { definedRoutes, operationKey, operationKeys } from "../../openapi/defined-routes.ts";
import { attributeOf, become, given, make, pickGiven } from "./made.ts";

export const IMPLICIT_REST = "ServerlessRestApi";
export const IMPLICIT_HTTP = "ServerlessHttpApi";

/** A route that a function's event asks for. */
export interface Route {
  readonly id: string;
  readonly author: Resource;
  readonly event: Property;
}

/** Events of type Api or HttpApi, by the id of the API that they belong to. */
export function routesByApi(functions: readonly Resource[], prefix: string): ReadonlyMap<string, readonly Route[]> {
  const routes = new Map<string, Route[]>();
  for (const author of functions) {
    for (const [name, event] of author.at("Events").entries()) {
      const type = event.at("Type").text();
      if (type !== "Api" && type !== "HttpApi") continue;
      const named = event.at(type === "Api" ? "Properties.RestApiId" : "Properties.ApiId").value;
      const implied = prefix + (type === "Api" ? IMPLICIT_REST : IMPLICIT_HTTP);
      const api = named.kind === "reference" ? named.resource : named.kind === "absent" ? implied : undefined;
      if (api === undefined) continue;
      const route = { id: `${author.id}${name}`, author, event: event.at("Properties") };
      routes.set(api, [...(routes.get(api) ?? []), route]);
    }
  }
  return routes;
}

export function implicitApi(id: string, type: string, author: Resource): Resource {
  const isRest = type === "AWS::Serverless::Api";
  const properties = map(isRest ? [["StageName", scalar("Prod", author.spot)]] : [], author.spot);
  return new Resource({
    id,
    type,
    properties,
    spot: author.spot,
    name: `${id}, which SAM makes for the events of ${author.name}`,
  });
}

export function expandRestApi(author: Resource, routes: readonly Route[]): readonly Resource[] {
  const definition = given(author, "DefinitionBody");
  const api = become(author, "AWS::ApiGateway::RestApi", {
    ...pickGiven(author, [
      "ApiKeySourceType",
      "BinaryMediaTypes",
      "Description",
      "DisableExecuteApiEndpoint",
      "MinimumCompressionSize",
      "Mode",
      "Name",
      "Tags",
    ]),
    ...(definition ? { Body: definition } : {}),
    ...(author.at("EndpointConfiguration").isAbsent
      ? {}
      : { EndpointConfiguration: endpointOf(author.at("EndpointConfiguration")) }),
    ...(author.at("Auth.ResourcePolicy.CustomStatements").isAbsent
      ? {}
      : { Policy: { Version: "2012-10-17", Statement: author.at("Auth.ResourcePolicy.CustomStatements").value } }),
  });
  const deployment = `${author.id}Deployment`;
  const stage = make(author, `${author.id}Stage`, "AWS::ApiGateway::Stage", {
    RestApiId: attributeOf(author, ""),
    DeploymentId: reference(deployment, "", author.spot),
    ...pickGiven(author, [
      "AccessLogSetting",
      "CacheClusterEnabled",
      "CacheClusterSize",
      "CanarySetting",
      "MethodSettings",
      "StageName",
      "Tags",
      "TracingEnabled",
      "Variables",
    ]),
  });
  return [
    api,
    make(author, deployment, "AWS::ApiGateway::Deployment", { RestApiId: attributeOf(author, "") }),
    stage,
    ...routesBoth(api, author, routes, (route) => restRoute(author, route)),
    ...usagePlanOf(author),
    ...domainOf(author, "AWS::ApiGateway::DomainName"),
  ];
}

export function expandHttpApi(author: Resource, routes: readonly Route[]): readonly Resource[] {
  const definition = given(author, "DefinitionBody");
  const access = given(author, "AccessLogSettings");
  const api = become(author, "AWS::ApiGatewayV2::Api", {
    ...pickGiven(author, [
      "Description",
      "DisableExecuteApiEndpoint",
      "FailOnWarnings",
      "Name",
      "Tags",
      "CorsConfiguration",
    ]),
    ProtocolType: "HTTP",
    ...(definition ? { Body: definition } : {}),
  });
  return [
    api,
    make(author, `${author.id}Stage`, "AWS::ApiGatewayV2::Stage", {
      ApiId: attributeOf(author, ""),
      AutoDeploy: true,
      StageName: given(author, "StageName") ?? "$default",
      ...(access ? { AccessLogSettings: access } : {}),
      ...pickGiven(author, ["DefaultRouteSettings", "RouteSettings", "StageVariables", "Tags"]),
    }),
    ...routesBoth(api, author, routes, (route) => httpRoute(author, route)),
    ...domainOf(author, "AWS::ApiGatewayV2::DomainName"),
  ];
}

/**
 * What the definition and the events say of an API's routes. Where both say one, SAM puts the event's authorizer into the
 * definition; an event that names none leaves what the definition says.
 */
function routesBoth(
  api: Resource,
  author: Resource,
  routes: readonly Route[],
  ofEvent: (route: Route) => readonly [route: Resource, permission: Resource],
): readonly Resource[] {
  if (api.at("Body").isAbsent) return routes.flatMap(ofEvent);
  const defined = operationKeys(api);
  const keyOf = ({ event }: Route) => operationKey(event.at("Method").text() ?? "any", event.at("Path").text() ?? "");
  const isSecured = ({ event }: Route) => !event.at("Auth.Authorizer").isAbsent;
  const byDefault = author.at("Auth.DefaultAuthorizer").text();
  const kindOf = (name: string) =>
    api.type === "AWS::ApiGateway::RestApi" ? restAuthorization(author, name) : httpAuthorization(author, name);
  const schemes = new Map(
    author
      .at("Auth.Authorizers")
      .entries()
      .map(([name]) => [name, kindOf(name)] as const),
  );
  return [
    ...definedRoutes(api, {
      schemes,
      elsewhere: new Set(routes.filter(isSecured).map(keyOf)),
      ...(byDefault === undefined ? {} : { byDefault: scalar(kindOf(byDefault), author.at("Auth").spot) }),
    }),
    ...routes.flatMap((route) => {
      const [made, permission] = ofEvent(route);
      return defined.has(keyOf(route)) && !isSecured(route) ? [permission] : [made, permission];
    }),
  ];
}

function restRoute(api: Resource, { id, author, event }: Route): readonly [Resource, Resource] {
  const chosen = authorizerOf(api, event);
  const method = make(author, `${id}Method`, "AWS::ApiGateway::Method", {
    RestApiId: reference(api.id, "", author.spot),
    HttpMethod: upper(event.at("Method")),
    ResourceId: reference(`${id}Resource`, "", author.spot),
    AuthorizationType: restAuthorization(api, chosen),
    ...(chosen === undefined || BUILT_IN.has(chosen) ? {} : { AuthorizerId: chosen }),
    ApiKeyRequired: event.at("Auth.ApiKeyRequired").isAbsent
      ? (given(api, "Auth.ApiKeyRequired") ?? false)
      : event.at("Auth.ApiKeyRequired").value,
    Integration: { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: attributeOf(author, "Arn") },
    ...(event.at("RequestModel").isAbsent
      ? {}
      : {
          RequestModels: { "application/json": event.at("RequestModel.Model").value },
          RequestValidatorId: `${id}Validator`,
        }),
  });
  return [method, permission(author, id, api)];
}

const BUILT_IN = new Set(["NONE", "AWS_IAM"]);

/** The authorizer that holds for a route, by its name; undefined where there is none. */
function authorizerOf(api: Resource, event: Property): string | undefined {
  return event.at("Auth.Authorizer").text() ?? api.at("Auth.DefaultAuthorizer").text();
}

function restAuthorization(api: Resource, authorizer: string | undefined): string {
  if (authorizer === undefined || authorizer === "NONE") return "NONE";
  if (authorizer === "AWS_IAM") return "AWS_IAM";
  return api.at(`Auth.Authorizers.${authorizer}.UserPoolArn`).isAbsent ? "CUSTOM" : "COGNITO_USER_POOLS";
}

function httpAuthorization(api: Resource, authorizer: string | undefined): string {
  if (authorizer === undefined || authorizer === "NONE") return "NONE";
  if (authorizer === "AWS_IAM") return "AWS_IAM";
  return api.at(`Auth.Authorizers.${authorizer}.FunctionArn`).isAbsent ? "JWT" : "CUSTOM";
}

function httpRoute(api: Resource, { id, author, event }: Route): readonly [Resource, Resource] {
  const authorizer = authorizerOf(api, event);
  const kind = httpAuthorization(api, authorizer);
  const key = [event.at("Method").text()?.toUpperCase() ?? "ANY", event.at("Path").text() ?? "$default"].join(" ");
  const route = make(author, `${id}Route`, "AWS::ApiGatewayV2::Route", {
    ApiId: reference(api.id, "", author.spot),
    RouteKey: event.at("Path").isAbsent ? "$default" : key,
    AuthorizationType: kind,
    ...(kind === "NONE" || kind === "AWS_IAM" ? {} : { AuthorizerId: authorizer }),
    Target: attributeOf(author, "Arn"),
  });
  return [route, permission(author, id, api)];
}

function permission(author: Resource, id: string, api: Resource): Resource {
  return make(author, `${id}Permission`, "AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunction",
    FunctionName: attributeOf(author, ""),
    Principal: "apigateway.amazonaws.com",
    SourceArn: reference(api.id, "ExecuteArn", author.spot),
  });
}

function endpointOf(endpoint: Property): Value | object {
  if (endpoint.value.kind === "scalar") return { Types: [endpoint.value] };
  const type = endpoint.at("Type");
  if (type.isAbsent) return endpoint.value;
  const vpc = endpoint.at("VPCEndpointIds");
  return { Types: [type.value], ...(vpc.isAbsent ? {} : { VpcEndpointIds: vpc.value }) };
}

function usagePlanOf(author: Resource): readonly Resource[] {
  const plan = author.at("Auth.UsagePlan");
  if (plan.isAbsent || plan.at("CreateUsagePlan").equals("NONE").outcome === "pass") return [];
  const own = ["Description", "Quota", "Throttle", "UsagePlanName", "Tags"].flatMap((name) =>
    plan.at(name).isAbsent ? [] : [[name, plan.at(name).value] as const],
  );
  const stage = { ApiId: attributeOf(author, ""), Stage: reference(`${author.id}Stage`, "", author.spot) };
  return [
    make(author, `${author.id}UsagePlan`, "AWS::ApiGateway::UsagePlan", {
      ...Object.fromEntries(own),
      ApiStages: [stage],
    }),
  ];
}

function domainOf(author: Resource, type: string): readonly Resource[] {
  const domain = author.at("Domain");
  if (domain.isAbsent) return [];
  const configuration = {
    ...(domain.at("CertificateArn").isAbsent ? {} : { CertificateArn: domain.at("CertificateArn").value }),
    ...(domain.at("SecurityPolicy").isAbsent ? {} : { SecurityPolicy: domain.at("SecurityPolicy").value }),
    ...(domain.at("EndpointConfiguration").isAbsent ? {} : { EndpointType: domain.at("EndpointConfiguration").value }),
  };
  const own = domain.at("MutualTlsAuthentication").isAbsent
    ? {}
    : { MutualTlsAuthentication: domain.at("MutualTlsAuthentication").value };
  return [
    make(author, `${author.id}DomainName`, type, {
      DomainName: domain.at("DomainName").value,
      ...own,
      ...(type === "AWS::ApiGateway::DomainName" ? configuration : { DomainNameConfigurations: [configuration] }),
    }),
  ];
}

function upper(property: Property): Value {
  const text = property.text();
  return text === undefined ? property.value : scalar(text.toUpperCase(), property.spot);
}
