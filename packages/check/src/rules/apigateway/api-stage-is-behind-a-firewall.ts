/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiStageIsBehindAFirewall: Rule = {
  id: "api-stage-is-behind-a-firewall",
  title: "A web application firewall guards the stage",
  why: "Scanners try known attacks on every public API within minutes. A firewall takes most of them before the code.",
  remedy: "Add an AWS::WAFv2::WebACLAssociation for the stage.",
  snippet: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: a, StageName: prod } }
Guard: { Type: AWS::WAFv2::WebACLAssociation, Properties: { WebACLArn: w, ResourceArn: !Sub "arn:aws:apigateway:\${AWS::Region}::/restapis/a/stages/\${Stage}" } }`,
  severity: "medium",
  topics: ["input-validation", "public-exposure"],
  types: ["AWS::ApiGateway::Stage"],
  judge(stage: Resource, graph: Graph) {
    const api = graph.target(stage.at("RestApiId"));
    if (api && api.at("EndpointConfiguration.Types").some((one) => one.equals("PRIVATE")).outcome === "pass")
      return "notApplicable";
    const guards = graph
      .ofType("AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation")
      .map((one) => one.at("ResourceArn"));
    if (guards.some((arn) => arn.references().has(stage.id) || (api !== undefined && arn.references().has(api.id))))
      return pass();
    const open = guards.find((arn) => arn.isUnknown);
    return open ? open.undecided() : fail("no AWS::WAFv2::WebACLAssociation names it", stage.spot);
  },
  samples: {
    good: [
      {
        cloudformation: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: a, StageName: prod } }
Guard: { Type: AWS::WAFv2::WebACLAssociation, Properties: { WebACLArn: w, ResourceArn: !Sub "arn:aws:apigateway:\${AWS::Region}::/restapis/a/stages/\${Stage}" } }`,
      },
    ],
    bad: [{ cloudformation: `Stage: { Type: AWS::ApiGateway::Stage }` }],
  },
};
