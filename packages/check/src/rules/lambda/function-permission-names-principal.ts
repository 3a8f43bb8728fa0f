/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Graph } from "../../graph/graph.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const functionPermissionNamesPrincipal: Rule = {
  id: "function-permission-names-principal",
  title: "The permission to invoke names who may",
  why: 'Principal "*" lets every AWS account invoke the function with events of their making.',
  remedy: "Name the service or account.",
  snippet: `
Permission:
  Type: AWS::Lambda::Permission
  Properties:
    FunctionName: !Ref Function
    Action: lambda:InvokeFunction
    Principal: sns.amazonaws.com
    SourceArn: !Ref Topic`,
  severity: "critical",
  topics: ["public-exposure", "least-privilege"],
  types: ["AWS::Lambda::Permission", "AWS::Lambda::LayerVersionPermission"],
  judge(permission: Resource, graph: Graph) {
    // Of the URL itself that is said: one slip is one finding.
    if (permission.at("FunctionUrlAuthType").equals("NONE").outcome === "pass" && isOfUrl(permission, graph)) {
      return "notApplicable";
    }
    const narrowed = any(permission.at("PrincipalOrgID").isFilled(), permission.at("OrganizationId").isFilled());
    // A URL that asks for signatures is open to nobody by its own permission.
    const isSigned = permission.at("FunctionUrlAuthType").equals("AWS_IAM");
    return any(
      permission.at("Principal").judge((one) => not(one.matches(/\*/))),
      narrowed,
      isSigned,
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunction", Principal: sns.amazonaws.com, SourceArn: t } }`,
      },
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunction", Principal: "*", PrincipalOrgID: o-1 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunction", Principal: "*" } }`,
      },
      {
        cloudformation: `Permission: { Type: AWS::Lambda::Permission, Properties: { FunctionName: f, Action: "lambda:InvokeFunctionUrl", Principal: "*", FunctionUrlAuthType: NONE } }`,
      },
    ],
  },
};

function isOfUrl(permission: Resource, graph: Graph): boolean {
  const named = (property: Property) => graph.target(property)?.id ?? property.text();
  const fn = named(permission.at("FunctionName"));
  return fn !== undefined && graph.ofType("AWS::Lambda::Url").some((url) => named(url.at("TargetFunctionArn")) === fn);
}
