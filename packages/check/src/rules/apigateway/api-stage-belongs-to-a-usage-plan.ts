/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiStageBelongsToAUsagePlan: Rule = {
  id: "api-stage-belongs-to-a-usage-plan",
  title: "The stage is throttled by a usage plan",
  why: "Without a plan one client can use up what all need.",
  remedy: "Add an AWS::ApiGateway::UsagePlan with Throttle and Quota for the stage.",
  snippet: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { StageName: prod } }
Plan: { Type: AWS::ApiGateway::UsagePlan, Properties: { ApiStages: [{ ApiId: a, Stage: !Ref Stage }] } }`,
  severity: "low",
  topics: ["resilience", "availability"],
  types: ["AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment"],
  judge(stage: Resource, graph: Graph) {
    const stages =
      stage.type === "AWS::ApiGateway::Stage"
        ? [stage]
        : graph.attached(stage, "AWS::ApiGateway::Stage", "DeploymentId").sure;
    const plans = graph.ofType("AWS::ApiGateway::UsagePlan").flatMap((plan) => plan.at("ApiStages").items());
    const name = stage.at("StageName");
    const named = plans.some((one) => name.text() !== undefined && one.at("Stage").text() === name.text());
    const referred = plans.some((one) =>
      stages.some((candidate) => graph.means(one.at("Stage"), candidate).outcome === "pass"),
    );
    return named || referred ? pass() : fail(`no usage plan names ${stage.name}`, stage.spot);
  },
  samples: {
    good: [
      {
        cloudformation: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { StageName: prod } }
Plan: { Type: AWS::ApiGateway::UsagePlan, Properties: { ApiStages: [{ ApiId: a, Stage: !Ref Stage }] } }`,
      },
    ],
    bad: [{ cloudformation: `Stage: { Type: AWS::ApiGateway::Stage }` }],
  },
};
