/**
 * Statements as the lines of a CDK app. Its source is a program, which no tool can change safely, and its output is made
 * anew at each synthesis: what is shown is what to write in place of the grants.
 */
import type { Resource } from "../../../graph/resource.ts";
import type { Stack } from "../resources/stack.ts";
import { tokensOf } from "../resources/symbol.ts";
import type { PlannedStatement } from "./statements.ts";

const ARN_OF: Readonly<Record<string, string | undefined>> = {
  "AWS::DynamoDB::GlobalTable": "tableArn",
  "AWS::DynamoDB::Table": "tableArn",
  "AWS::Events::EventBus": "eventBusArn",
  "AWS::KMS::Key": "keyArn",
  "AWS::Kinesis::Stream": "streamArn",
  "AWS::KinesisFirehose::DeliveryStream": "deliveryStreamArn",
  "AWS::Lambda::Function": "functionArn",
  "AWS::Logs::LogGroup": "logGroupArn",
  "AWS::S3::Bucket": "bucketArn",
  "AWS::SNS::Topic": "topicArn",
  "AWS::SQS::Queue": "queueArn",
  "AWS::SSM::Parameter": "parameterArn",
  "AWS::SecretsManager::Secret": "secretArn",
  "AWS::StepFunctions::StateMachine": "stateMachineArn",
  "AWS::Cognito::UserPool": "userPoolArn",
};

/** CDK writes every resource's path in its app. */
export function cdkPathOf(resource: Resource): string | undefined {
  return resource
    .attribute("Metadata")
    .entries()
    .find(([key]) => key === "aws:cdk:path")?.[1]
    .text();
}

export function cdkSnippet(fn: Resource, statements: readonly PlannedStatement[], stack: Stack): string {
  const name = variableOf(fn);
  return statements
    .map(({ sid, actions, resources, isNotResources, conditions }) => {
      const lines = [
        `  sid: "${sid}",`,
        `  actions: [${actions.map((action) => `"${action}"`).join(", ")}],`,
        `  ${isNotResources ? "notResources" : "resources"}: [${resources.map((text) => sayInCdk(text, stack)).join(", ")}],`,
        ...conditions.map(
          ({ operator, key, values }) =>
            `  conditions: { ${operator}: { "${key}": [${values.map((value) => `"${value}"`).join(", ")}] } },`,
        ),
      ];
      return `${name}.addToRolePolicy(new iam.PolicyStatement({\n${lines.join("\n")}\n}));`;
    })
    .join("\n");
}

function sayInCdk(symbol: string, stack: Stack): string {
  const resource = stack.resourceOf(symbol);
  const attribute = resource && ARN_OF[resource.type];
  if (resource && attribute !== undefined) {
    const rest = symbol.slice(stack.arnOf(resource).length);
    const arn = `${variableOf(resource)}.${attribute}`;
    return rest === "" ? arn : `\`\${${arn}}${inTemplate(rest)}\``;
  }
  const text = inTemplate(symbol);
  return text.includes("${") ? `\`${text}\`` : `"${text}"`;
}

function inTemplate(text: string): string {
  return tokensOf(text)
    .map((token) => {
      if (token === "${AWS::Region}") return "${this.region}";
      if (token === "${AWS::AccountId}") return "${this.account}";
      return token.startsWith("${") ? "*" : token;
    })
    .join("");
}

/** `Clinic/Visits/Resource` is most likely `visits` in its author's code. */
function variableOf(resource: Resource): string {
  const path = cdkPathOf(resource)?.replace(/\/(Resource|Default)$/, "") ?? resource.id;
  const last = path.slice(path.lastIndexOf("/") + 1).replaceAll(/[^A-Za-z0-9]/g, "");
  return last.charAt(0).toLowerCase() + last.slice(1);
}
