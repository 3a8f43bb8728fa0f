/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import { someAttached, type Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import { any, saying } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

/** Services that wait for the answer, or that try again by themselves: what fails there is seen by the caller. */
const WAITING_PRINCIPAL =
  /^(apigateway|elasticloadbalancing|cognito-idp|lex|lexv2|alexa-appkit|appsync|bedrock|vpc-lattice|states|secretsmanager)\.amazonaws\.com$/;
/** Read by an event source mapping, which keeps what fails. */
const POLLED = /^AWS::(SQS::Queue|Kinesis::|DynamoDB::|MSK::|AmazonMQ::|DocDB::)/;
const WAITING_TYPE =
  /^AWS::(ApiGateway::|ApiGatewayV2::|AppSync::|Cognito::|StepFunctions::|ElasticLoadBalancingV2::|CloudFront::|Bedrock::|SecretsManager::)/;

export const functionHasDeadLetters: Rule = {
  id: "function-has-dead-letters",
  title: "The function keeps events that it could not handle",
  why: "An asynchronous event is tried three times and then dropped. A result or an order that is dropped without a trace is a patient who waits.",
  remedy: "Set DeadLetterConfig, or an OnFailure destination, to a queue that someone watches.",
  snippet: `
DeadLetterConfig: { TargetArn: !GetAtt DeadLetters.Arn }`,
  severity: "medium",
  topics: ["resilience"],
  types: ["AWS::Lambda::Function"],
  judge(fn: Resource, graph: Graph) {
    if (isOnlyAwaited(fn, graph)) return "notApplicable";
    const own = fn.at("DeadLetterConfig.TargetArn").isFilled();
    const missing = saying(own, "neither DeadLetterConfig nor an OnFailure destination is set");
    const configs = graph.attached(fn, "AWS::Lambda::EventInvokeConfig", "FunctionName");
    return any(
      own,
      someAttached(configs, missing, (config) => config.at("DestinationConfig.OnFailure.Destination").isFilled()),
      missing,
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { DeadLetterConfig: { TargetArn: "arn:aws:sqs:us-east-1:1:dead" } } }`,
      },
      {
        cloudformation: `
Function: { Type: AWS::Lambda::Function }
Config: { Type: AWS::Lambda::EventInvokeConfig, Properties: { FunctionName: !Ref Function, Qualifier: "$LATEST", DestinationConfig: { OnFailure: { Destination: "arn:aws:sqs:us-east-1:1:dead" } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `
Function: { Type: AWS::Lambda::Function }
Api: { Type: AWS::Lambda::Permission, Properties: { FunctionName: !Ref Function, Principal: apigateway.amazonaws.com, Action: "lambda:InvokeFunction" } }
Rule: { Type: AWS::Events::Rule, Properties: { ScheduleExpression: rate(1 day), Targets: [{ Id: a, Arn: !GetAtt Function.Arn }] } }`,
      },
      { cloudformation: `Function: { Type: AWS::Lambda::Function, Properties: { Runtime: nodejs22.x } }` },
    ],
  },
};

/** Whether everything that is seen to invoke it waits for its answer. Where nothing is seen, somebody may not. */
function isOnlyAwaited(fn: Resource, graph: Graph): boolean {
  const attached = (type: string, path: string) => {
    const { sure, maybe } = graph.attached(fn, type, path);
    return { sure, isOpen: maybe.length > 0 };
  };
  const permissions = attached("AWS::Lambda::Permission", "FunctionName");
  const others = [
    ...attached("AWS::Lambda::EventSourceMapping", "FunctionName").sure,
    ...attached("AWS::Lambda::Url", "TargetFunctionArn").sure,
  ];
  const triggers = graph.edges.filter(({ to, kind }) => to === fn.id && kind === "trigger");
  const isAwaited = (from: string): boolean => {
    const type = graph.resource(from)?.type ?? "";
    return WAITING_TYPE.test(type) || others.some(({ id }) => id === from) || POLLED.test(type);
  };
  return (
    !permissions.isOpen &&
    permissions.sure.length + others.length + triggers.length > 0 &&
    permissions.sure.every((one) => isWaiting(one)) &&
    triggers.every(({ from }) => isAwaited(from))
  );
}

/** A permission for everybody is a URL's, or tells nothing. */
function isWaiting(permission: Resource): boolean {
  const isOfUrl = permission.at("FunctionUrlAuthType").isFilled().outcome === "pass";
  return isOfUrl || permission.at("Principal").matches(WAITING_PRINCIPAL).outcome === "pass";
}
