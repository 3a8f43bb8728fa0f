/** AWS::Serverless::Function: the function, its role, its URL, version and alias; its events are in events.ts. */
import type { Resource } from "../../../graph/resource.ts";
import { attributeOf, become, given, make, pickGiven } from "./made.ts";
import { makeEvents } from "./events.ts";
import { makeRole } from "./function-role.ts";

const SAME = [
  "Architectures",
  "CodeSigningConfigArn",
  "Description",
  "Environment",
  "EphemeralStorage",
  "FileSystemConfigs",
  "FunctionName",
  "Handler",
  "ImageConfig",
  "KmsKeyArn",
  "Layers",
  "LoggingConfig",
  "MemorySize",
  "PackageType",
  "ReservedConcurrentExecutions",
  "Runtime",
  "RuntimeManagementConfig",
  "SnapStart",
  "Tags",
  "Timeout",
  "VpcConfig",
];

export function expandFunction(author: Resource): readonly Resource[] {
  const events = makeEvents(author);
  const hasRole = !author.at("Role").isAbsent;
  const deadLetters = given(author, "DeadLetterQueue.TargetArn");
  const tracing = given(author, "Tracing");
  const fn = become(author, "AWS::Lambda::Function", {
    ...pickGiven(author, SAME),
    Code: author.at("InlineCode").isAbsent
      ? (given(author, "CodeUri") ?? given(author, "ImageUri") ?? {})
      : { ZipFile: author.at("InlineCode").value },
    Role: hasRole
      ? author.at("Role").value
      : { kind: "reference", resource: `${author.id}Role`, attribute: "Arn", spot: author.spot },
    ...(deadLetters ? { DeadLetterConfig: { TargetArn: deadLetters } } : {}),
    ...(tracing ? { TracingConfig: { Mode: tracing } } : {}),
  });
  const role = makeRole(author, {
    service: "lambda.amazonaws.com",
    managed: [
      "service-role/AWSLambdaBasicExecutionRole",
      ...(author.at("VpcConfig").isAbsent ? [] : ["service-role/AWSLambdaVPCAccessExecutionRole"]),
      ...(author.at("Tracing").equals("Active").outcome === "pass" ? ["AWSXRayDaemonWriteAccess"] : []),
    ],
    statements: [...events.statements, ...deadLetterStatements(author)],
  });
  return [
    fn,
    ...(hasRole ? [] : [role]),
    ...events.resources,
    ...urlOf(author),
    ...invokeConfigOf(author),
    ...aliasOf(author),
  ];
}

function deadLetterStatements(author: Resource): readonly object[] {
  const target = given(author, "DeadLetterQueue.TargetArn");
  if (!target) return [];
  const action = author.at("DeadLetterQueue.Type").text()?.toUpperCase() === "SNS" ? "sns:Publish" : "sqs:SendMessage";
  return [{ Effect: "Allow", Action: [action], Resource: target }];
}

function urlOf(author: Resource): readonly Resource[] {
  const url = author.at("FunctionUrlConfig");
  if (url.isAbsent) return [];
  const made = make(author, `${author.id}Url`, "AWS::Lambda::Url", {
    TargetFunctionArn: attributeOf(author, ""),
    AuthType: url.at("AuthType").value,
    ...(url.at("Cors").isAbsent ? {} : { Cors: url.at("Cors").value }),
    ...(url.at("InvokeMode").isAbsent ? {} : { InvokeMode: url.at("InvokeMode").value }),
  });
  const permission = make(author, `${author.id}UrlPublicPermissions`, "AWS::Lambda::Permission", {
    Action: "lambda:InvokeFunctionUrl",
    FunctionName: attributeOf(author, ""),
    FunctionUrlAuthType: url.at("AuthType").value,
    Principal: "*",
  });
  return url.at("AuthType").equals("NONE").outcome === "pass" ? [made, permission] : [made];
}

function invokeConfigOf(author: Resource): readonly Resource[] {
  const config = author.at("EventInvokeConfig");
  if (config.isAbsent) return [];
  return [
    make(author, `${author.id}EventInvokeConfig`, "AWS::Lambda::EventInvokeConfig", {
      FunctionName: attributeOf(author, ""),
      Qualifier: "$LATEST",
      ...Object.fromEntries(config.entries().map(([key, { value }]) => [key, value])),
    }),
  ];
}

function aliasOf(author: Resource): readonly Resource[] {
  const alias = given(author, "AutoPublishAlias");
  if (!alias) return [];
  const version = `${author.id}Version`;
  return [
    make(author, version, "AWS::Lambda::Version", { FunctionName: attributeOf(author, "") }),
    make(author, `${author.id}Alias${author.at("AutoPublishAlias").text() ?? ""}`, "AWS::Lambda::Alias", {
      Name: alias,
      FunctionName: attributeOf(author, ""),
      FunctionVersion: { kind: "reference", resource: version, attribute: "Version", spot: author.spot },
      ...pickGiven(author, ["ProvisionedConcurrencyConfig"]),
    }),
  ];
}
