/** 45 CFR 164.312(b): activity is recorded. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiDeploymentLogsAccess: Rule = {
  id: "api-deployment-logs-access",
  title: "What the deployment serves has an access log",
  why: "A stage that a deployment makes by itself logs nothing unless the deployment says so.",
  remedy: "Make the stage a resource with AccessLogSetting, or set it in StageDescription.",
  snippet: `
Deployment: { Type: AWS::ApiGateway::Deployment, Properties: { StageDescription: { AccessLogSetting: { DestinationArn: a, Format: f } } } }`,
  severity: "low",
  topics: ["audit-logging"],
  types: ["AWS::ApiGateway::Deployment"],
  judge(deployment: Resource, graph: Graph) {
    const hasStage = graph.attached(deployment, "AWS::ApiGateway::Stage", "DeploymentId").sure.length > 0;
    return hasStage ? pass() : deployment.at("StageDescription.AccessLogSetting").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Deployment: { Type: AWS::ApiGateway::Deployment, Properties: { StageDescription: { AccessLogSetting: { DestinationArn: a, Format: f } } } }`,
      },
      {
        cloudformation: `
Deployment: { Type: AWS::ApiGateway::Deployment, Properties: { RestApiId: a } }
Stage: { Type: AWS::ApiGateway::Stage, Properties: { DeploymentId: !Ref Deployment } }`,
      },
    ],
    bad: [{ cloudformation: `Deployment: { Type: AWS::ApiGateway::Deployment }` }],
  },
};
