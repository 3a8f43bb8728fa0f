import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FindingKind } from "../../judge/finding.ts";
import { judge } from "../../judge/judge.ts";
import { loadRules } from "../../rules/catalog.ts";
import { readUnit } from "../read-unit.ts";
import { findEdges } from "../../graph/edges.ts";

const METHOD = "api-method-knows-its-caller";
const ROUTE = "api-route-knows-its-caller";
const CHECKED = "api-method-checks-requests";

async function unitOf(text: string, files: Readonly<Record<string, string>> = {}, file = "app/template.yaml") {
  const reader = { read: (path: string) => files[path], list: () => [] };
  const unit = await readUnit(file, text, { parameters: {}, files: reader });
  assert.ok(unit);
  assert.deepEqual(unit.graph.problems, []);
  return unit.graph;
}

/** What a rule says, by the name of the route, with the place. */
async function answers(rule: string, text: string, files: Readonly<Record<string, string>> = {}, file?: string) {
  const graph = await unitOf(text, files, file);
  const rules = await loadRules(new Set(graph.resources.map(({ type }) => type)));
  const found = judge(graph, rules).filter((finding) => finding.rule.id === rule);
  return Object.fromEntries(
    found.map(({ resource, kind, position }): [string, [FindingKind, string]] => [
      resource.name,
      [kind, `${position.file}:${position.line}`],
    ]),
  );
}

const DEFINITION = `swagger: "2.0"
x-amazon-apigateway-request-validator: all
x-amazon-apigateway-request-validators:
  all: { validateRequestBody: true, validateRequestParameters: true }
  none: { validateRequestBody: false, validateRequestParameters: false }
securityDefinitions:
  pool: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: cognito_user_pools, x-amazon-apigateway-authorizer: { type: cognito_user_pools, providerARNs: [!GetAtt Pool.Arn] } }
  key: { type: apiKey, name: x-api-key, in: header }
paths:
  /patients:
    get:
      security: [{ pool: [] }]
      x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: !Sub "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/\${Handler.Arn}/invocations" }
    post:
      x-amazon-apigateway-request-validator: none
      security: [{ key: [] }]
    options: {}
  /all:
    x-amazon-apigateway-any-method:
      x-amazon-apigateway-auth: { type: AWS_IAM }
`;
const indented = (text: string, by: number) => text.replaceAll(/^(?=.)/gm, " ".repeat(by));
const inline = (type: string, property: string, definition = DEFINITION) =>
  `Transform: AWS::Serverless-2016-10-31
Resources:
  Pool: { Type: AWS::Cognito::UserPool }
  Handler: { Type: AWS::Lambda::Function }
  Api:
    Type: ${type}
    Properties:
      ${property}:
${indented(definition, 8)}`;

describe("an API's OpenAPI definition", () => {
  it("gives its methods to the rules, each at its own line", async () => {
    const template = inline("AWS::ApiGateway::RestApi", "Body");
    const line = (what: string) =>
      `app/template.yaml:${template.split("\n").findIndex((one) => one.includes(what)) + 1}`;
    assert.deepEqual(await answers(METHOD, template), {
      "GET /patients of Api": ["pass", line("security: [{ pool")],
      "POST /patients of Api": ["fail", line("security: [{ key")],
      "ANY /all of Api": ["pass", line("type: AWS_IAM")],
    });
  });

  it("takes a validator that checks nothing for none, and the root's where an operation names none", async () => {
    const said = await answers(CHECKED, inline("AWS::ApiGateway::RestApi", "Body"));
    assert.deepEqual(
      Object.entries(said).map(([name, [kind]]) => [name, kind]),
      [
        ["GET /patients of Api", "pass"],
        ["POST /patients of Api", "fail"],
        ["ANY /all of Api", "pass"],
      ],
    );
  });

  it("joins the API to the function behind a route, and the authorizer to its pool", async () => {
    const graph = await unitOf(inline("AWS::ApiGateway::RestApi", "Body"));
    const edges = findEdges(graph).map(({ from, to, kind }) => [from, to, kind]);
    assert.ok(edges.some((edge) => String(edge) === "Api(GET /patients),Handler,trigger"));
    assert.ok(edges.some((edge) => String(edge) === "Api(authorizer pool),Pool,reference"));
    assert.ok(graph.resource("Api(validator all)")?.at("ValidateRequestBody").isTrue().outcome === "pass");
  });

  it("is read from SAM, from a file beside it, and by AWS::Include", async () => {
    const expected = { "GET /patients of Api": "pass", "POST /patients of Api": "fail", "ANY /all of Api": "pass" };
    const rest = (property: string) => `Transform: AWS::Serverless-2016-10-31
Resources:
  Pool: { Type: AWS::Cognito::UserPool }
  Handler: { Type: AWS::Lambda::Function }
  Api: { Type: AWS::Serverless::Api, Properties: { StageName: x, ${property} } }`;
    const include = "{ Fn::Transform: { Name: AWS::Include, Parameters: { Location: ./api.yaml } } }";
    const files = { "app/api.yaml": DEFINITION };
    for (const text of [
      inline("AWS::Serverless::Api", "DefinitionBody"),
      rest("DefinitionUri: api.yaml"),
      rest(`DefinitionBody: ${include}`),
      `Resources: { Handler: { Type: AWS::Lambda::Function }, Api: { Type: AWS::ApiGateway::RestApi, Properties: { Body: ${include} } } }`,
    ]) {
      const said = await answers(METHOD, text, files);
      assert.deepEqual(Object.fromEntries(Object.entries(said).map(([name, [kind]]) => [name, kind])), expected, text);
    }
    const [, place] = (await answers(METHOD, rest("DefinitionUri: api.yaml"), files))["POST /patients of Api"] ?? [];
    assert.match(String(place), /^app\/api\.yaml:/);
  });

  it("says unknown of a definition that is out of reach, and of one that a file includes without end", async () => {
    const body = (value: string) => `Resources: { Api: { Type: AWS::ApiGateway::RestApi, Properties: { ${value} } } }`;
    const include = "Fn::Transform: { Name: AWS::Include, Parameters: { Location: loop.yaml } }";
    for (const text of [
      body("BodyS3Location: { Bucket: b, Key: k }"),
      body("Body: { Fn::Transform: { Name: AWS::Include, Parameters: { Location: s3://b/k } } }"),
      body(`Body: { paths: { ${include} } }`),
      "Transform: AWS::Serverless-2016-10-31\nResources: { Api: { Type: AWS::Serverless::Api, Properties: { StageName: x, DefinitionUri: s3://b/k } } }",
    ]) {
      const said = Object.values(await answers(METHOD, text, { "app/loop.yaml": include }));
      assert.deepEqual(
        said.map(([kind]) => kind),
        ["unknown"],
        text,
      );
    }
  });

  it("does not take the root's security for a REST API's operations, and does not guess for an HTTP API's", async () => {
    const definition = `openapi: "3.0.1"
security: [{ jwt: [] }]
components: { securitySchemes: { jwt: { type: oauth2, x-amazon-apigateway-authorizer: { type: jwt } } } }
paths:
  /a: { get: {} }
  /b: { get: { security: [{ jwt: [] }] } }
  /c: { get: { security: [{ jwt: [] }, {}] } }
`;
    const rest = await answers(METHOD, inline("AWS::ApiGateway::RestApi", "Body", definition));
    assert.equal(rest["GET /a of Api"]?.[0], "fail");
    const http = await answers(ROUTE, inline("AWS::ApiGatewayV2::Api", "Body", definition));
    assert.deepEqual(
      Object.values(http).map(([kind]) => kind),
      ["unknown", "pass", "fail"],
    );
  });

  it("holds SAM's default authorizer for operations that say nothing, and an event's for its own", async () => {
    const text = `Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: x
      Auth: { DefaultAuthorizer: Users, Authorizers: { Users: { UserPoolArn: arn:aws:cognito-idp:eu-central-1:111122223333:userpool/p } } }
      DefinitionBody: { paths: { /a: { get: {} }, /b: { get: { security: [] } }, /c: { get: {} } } }
  Handler:
    Type: AWS::Serverless::Function
    Properties:
      Events: { C: { Type: Api, Properties: { RestApiId: !Ref Api, Path: /c, Method: get, Auth: { Authorizer: NONE } } } }`;
    const said = await answers(METHOD, text);
    assert.deepEqual(
      Object.values(said).map(([kind]) => kind),
      ["pass", "fail", "fail"],
    );
  });

  it("is read from text in JSON and YAML, and as each of what a condition chooses", async () => {
    const definition = { paths: { "/a": { get: { security: [] } } } };
    const kinds = async (body: string) => {
      const parameters = "Parameters: { P: { Type: String } }\nConditions: { C: !Equals [!Ref P, x] }\n";
      const resources = `Resources: { Api: { Type: AWS::ApiGateway::RestApi, Properties: { Body: ${body} } } }`;
      return Object.values(await answers(METHOD, parameters + resources)).map(([kind]) => kind);
    };
    assert.deepEqual(await kinds(JSON.stringify(JSON.stringify(definition))), ["fail"]);
    assert.deepEqual(await kinds(JSON.stringify("paths:\n  /a:\n    get: {}\n")), ["fail"]);
    const other = { paths: { "/b": { get: { "x-amazon-apigateway-auth": { type: "AWS_IAM" } } } } };
    assert.deepEqual(await kinds(`!If [C, ${JSON.stringify(definition)}, ${JSON.stringify(other)}]`), ["fail", "pass"]);
  });

  it("is read from Terraform's body too", async () => {
    const body =
      '{ paths = { "/a" = { get = { security = [] } }, "/b" = { get = { x-amazon-apigateway-auth = { type = "AWS_IAM" } } } } }';
    const text = `resource "aws_api_gateway_rest_api" "api" {\n  body = jsonencode(${body})\n}\n`;
    const said = await answers(METHOD, text, {}, "main.tf");
    assert.deepEqual(
      Object.values(said).map(([kind]) => kind),
      ["fail", "pass"],
    );
  });

  it("follows a path item's $ref within the definition, and says unknown of one that leads out of it", async () => {
    const definition = `openapi: "3.1.0"
paths:
  /a: { $ref: "#/components/pathItems/shared" }
  /b: { $ref: "#/paths/~1a", post: { x-amazon-apigateway-auth: { type: NONE } } }
  /c: { $ref: "https://elsewhere.example/paths.yaml" }
  /d: { $ref: "#/paths/~1d" }
components: { pathItems: { shared: { get: { x-amazon-apigateway-auth: { type: AWS_IAM } } } } }
`;
    const said = await answers(METHOD, inline("AWS::ApiGateway::RestApi", "Body", definition));
    assert.deepEqual(
      Object.entries(said).map(([name, [kind]]) => [name, kind]),
      [
        ["GET /a of Api", "pass"],
        ["GET /b of Api", "pass"],
        ["POST /b of Api", "fail"],
        ["the routes of Api that its definition leaves open", "unknown"],
      ],
    );
  });
});
