/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiStageLogsAccess: Rule = {
  id: "api-stage-logs-access",
  title: "The stage logs who called what",
  why: "Without an access log nobody can say afterwards who asked for which record.",
  remedy: "Set the access log with a destination and a format that holds the caller and no content.",
  snippet: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { AccessLogSetting: { DestinationArn: "arn:aws:logs:us-east-1:1:log-group:x", Format: "$context.requestId" } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"],
  judge(stage: Resource) {
    const log = stage.at(stage.type === "AWS::ApiGateway::Stage" ? "AccessLogSetting" : "AccessLogSettings");
    const format =
      stage.type === "AWS::ApiGateway::Stage"
        ? pass()
        : all(log.at("Format").isFilled(), log.at("Format").matches(/\D/));
    return all(
      log.at("DestinationArn").isFilled(),
      any(log.at("DestinationArn").matches(/\D/), log.at("DestinationArn").references().size > 0 ? pass() : fail("")),
      format,
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { AccessLogSetting: { DestinationArn: "arn:aws:logs:us-east-1:1:log-group:x", Format: "$context.requestId" } } }`,
      },
    ],
    bad: [
      { cloudformation: `Stage: { Type: AWS::ApiGateway::Stage }` },
      { cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { AccessLogSetting: { Format: x } } }` },
      { cloudformation: `Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { AccessLogSettings: { Format: x } } }` },
    ],
  },
};
