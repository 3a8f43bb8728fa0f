/**
 * What Lambda does in a function's name, which no call in its code shows: write its log, read its sources, deliver to its
 * dead letters and destinations, join its network, send its traces, mount its file system. From AWS's guide: lambda-intro-
 * execution-role.html, the page on each event source, configuration-vpc.html, services-xray.html, invocation-async.html.
 */
import type { Property } from "../../../graph/property.ts";
import type { Resource } from "../../../graph/resource.ts";
import { positionOf, type Spot } from "../../../source/source-text.ts";
import type { Need, Origin } from "../actions/need.ts";
import type { UnseenCalls } from "../sdk/api-call.ts";
import type { Stack } from "../resources/stack.ts";
import { INTERFACE_ACTIONS } from "../policy/managed-policies.ts";
import { ACCOUNT, partsOf, REGION } from "../resources/symbol.ts";

const BROKER_NETWORK = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeVpcs",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeSubnets",
  "ec2:DescribeSecurityGroups",
];

export function needsOfFunction(fn: Resource, stack: Stack): readonly Need[] {
  return [
    ...logNeeds(fn, stack),
    ...traceNeeds(fn),
    ...networkNeeds(fn),
    ...fileNeeds(fn, stack),
    ...insightNeeds(fn, stack),
    ...deliveryNeeds(fn.at("DeadLetterConfig.TargetArn"), "its dead letters go there", stack),
    ...asynchronous(fn, stack),
    ...sources(fn, stack),
  ];
}

/** Extensions that ask AWS for what code asks them for over HTTP. */
export function unseenByLayers(fn: Resource, stack: Stack): readonly UnseenCalls[] {
  const layers = fn
    .at("Layers")
    .items()
    .flatMap(({ value }) => stack.symbols(value));
  const found: UnseenCalls[] = [];
  const say = (services: readonly string[], name: string): void => {
    found.push({
      services,
      reason: `what the code asks the extension ${name} for is not seen`,
      spot: fn.at("Layers").spot,
      stack: [],
    });
  };
  if (layers.some((arn) => /AWS-Parameters-and-Secrets-Lambda-Extension/.test(arn)))
    say(["ssm", "secretsmanager", "kms"], "for parameters and secrets");
  if (layers.some((arn) => /AWS-AppConfig-(Lambda-)?Extension/.test(arn))) say(["appconfig"], "for AppConfig");
  return found;
}

function logNeeds(fn: Resource, stack: Stack): readonly Need[] {
  const configured = fn.at("LoggingConfig.LogGroup");
  const written = configured.isAbsent ? [] : stack.symbols(configured.value);
  const names = written.length > 0 ? written : [`/aws/lambda/${stack.nameOf(fn)}`];
  const groups = stack.graph.ofType("AWS::Logs::LogGroup").map((group) => stack.nameOf(group));
  const isMade = names.every((name) => groups.includes(name));
  const because = origin("its log is written", fn.spot);
  const on = names.map(
    (name) => `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${name.replace(/^arn:.*:log-group:/, "")}:*`,
  );
  const actions = [...(isMade ? [] : ["logs:CreateLogGroup"]), "logs:CreateLogStream", "logs:PutLogEvents"];
  return actions.map((action) => need(action, on, because));
}

function traceNeeds(fn: Resource): readonly Need[] {
  const mode = fn.at("TracingConfig.Mode");
  if (mode.equals("Active").outcome === "fail") return [];
  const because = origin("it is traced", mode.spot);
  return ["xray:PutTraceSegments", "xray:PutTelemetryRecords"].map((action) => need(action, ["*"], because));
}

function networkNeeds(fn: Resource): readonly Need[] {
  const network = fn.at("VpcConfig.SubnetIds");
  if (network.isAbsent || (network.value.kind === "list" && network.value.items.length === 0)) return [];
  const because = origin("it joins a network", network.spot);
  return INTERFACE_ACTIONS.map((action) => need(action, ["*"], because));
}

function fileNeeds(fn: Resource, stack: Stack): readonly Need[] {
  return fn
    .at("FileSystemConfigs")
    .items()
    .flatMap((config) => {
      const point = stack.graph.target(config.at("Arn"));
      const [system] = point ? stack.symbols(point.at("FileSystemId").value) : [];
      const on = `arn:aws:elasticfilesystem:${REGION}:${ACCOUNT}:file-system/${system ?? "*"}`;
      const because = origin("it mounts a file system", config.spot);
      return ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"].map((action) =>
        need(action, [on], because),
      );
    });
}

function insightNeeds(fn: Resource, stack: Stack): readonly Need[] {
  const layers = fn.at("Layers");
  const measures = layers
    .items()
    .some(({ value }) => stack.symbols(value).some((arn) => /LambdaInsightsExtension/.test(arn)));
  if (!measures) return [];
  const because = origin("Lambda Insights measures it", layers.spot);
  const on = [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda-insights:*`];
  return ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"].map((action) =>
    need(action, on, because),
  );
}

function asynchronous(fn: Resource, stack: Stack): readonly Need[] {
  return stack.graph
    .ofType("AWS::Lambda::EventInvokeConfig")
    .filter((config) => isOf(config.at("FunctionName"), fn, stack))
    .flatMap((config) =>
      ["OnSuccess", "OnFailure"].flatMap((when) =>
        deliveryNeeds(config.at(`DestinationConfig.${when}.Destination`), `its results go there (${when})`, stack),
      ),
    );
}

function sources(fn: Resource, stack: Stack): readonly Need[] {
  return stack.graph
    .ofType("AWS::Lambda::EventSourceMapping")
    .filter((mapping) => isOf(mapping.at("FunctionName"), fn, stack))
    .flatMap((mapping) => [
      ...sourceNeeds(mapping, stack),
      ...deliveryNeeds(
        mapping.at("DestinationConfig.OnFailure.Destination"),
        "what it could not handle goes there",
        stack,
      ),
    ]);
}

function sourceNeeds(mapping: Resource, stack: Stack): readonly Need[] {
  const source = mapping.at("EventSourceArn");
  const arns = stack.symbols(source.value);
  const because = origin("Lambda reads its source for it", source.isAbsent ? mapping.spot : source.spot);
  const on = (actions: readonly string[], resources: readonly string[]): readonly Need[] =>
    actions.map((action) => need(action, resources, because));
  const secrets = mapping
    .at("SourceAccessConfigurations")
    .items()
    .flatMap((access) => stack.symbols(access.at("URI").value))
    .filter((text) => text.includes(":secretsmanager:") || text.includes(":secret:"));
  const signIn = secrets.length === 0 ? [] : on(["secretsmanager:GetSecretValue"], secrets);
  if (source.isAbsent) {
    const joins = mapping
      .at("SourceAccessConfigurations")
      .items()
      .some((access) => access.at("Type").matches(/^VPC_/).outcome !== "fail");
    return [...signIn, ...(joins ? on(BROKER_NETWORK, ["*"]) : [])];
  }
  return arns.flatMap((arn): readonly Need[] => {
    const service = partsOf(arn)?.[2] ?? "";
    switch (service) {
      case "sqs":
        return on(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [arn]);
      case "dynamodb":
        return [
          ...on(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [arn]),
          ...on(["dynamodb:ListStreams"], ["*"]),
        ];
      case "kinesis": {
        const stream = arn.replace(/\/consumer\/.*$/, "");
        const reads = on(
          [
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
          ],
          [stream],
        );
        return arn === stream
          ? reads
          : [...reads, ...on(["kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer"], [arn])];
      }
      case "kafka":
        return [
          ...on(["kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"], [arn]),
          ...on(BROKER_NETWORK, ["*"]),
          ...signIn,
          ...kafkaIdentity(mapping, arn, stack, because),
        ];
      case "mq":
        return [...on(["mq:DescribeBroker"], [arn]), ...on(BROKER_NETWORK, ["*"]), ...signIn];
      case "rds":
        return [
          ...on(["rds:DescribeDBClusters", "rds:DescribeDBClusterParameters", "rds:DescribeDBSubnetGroups"], ["*"]),
          ...on(BROKER_NETWORK, ["*"]),
          ...signIn,
        ];
      default:
        return signIn;
    }
  });
}

/** A cluster that knows its clients by IAM. */
function kafkaIdentity(mapping: Resource, arn: string, stack: Stack, because: Origin): readonly Need[] {
  const cluster = stack.resourceOf(arn);
  const isIam =
    cluster &&
    (cluster.type === "AWS::MSK::ServerlessCluster" ||
      cluster.at("ClientAuthentication.Sasl.Iam.Enabled").isTrue().outcome === "pass");
  if (isIam !== true || !mapping.at("SourceAccessConfigurations").isAbsent) return [];
  const below = (kind: string): string => `arn:aws:kafka:${REGION}:${ACCOUNT}:${kind}/*`;
  return [
    ...["kafka-cluster:Connect", "kafka-cluster:DescribeClusterDynamicConfiguration"].map((action) =>
      need(action, [arn], because),
    ),
    ...["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"].map((action) =>
      need(action, [below("group")], because),
    ),
    ...["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"].map((action) =>
      need(action, [below("topic")], because),
    ),
  ];
}

/** Dead letters and destinations: Lambda sends there with the function's role. */
function deliveryNeeds(target: Property, words: string, stack: Stack): readonly Need[] {
  if (target.isAbsent) return [];
  const because = origin(words, target.spot);
  return stack.symbols(target.value).flatMap((arn): readonly Need[] => {
    switch (partsOf(arn)?.[2]) {
      case "sqs":
        return [need("sqs:SendMessage", [arn], because)];
      case "sns":
        return [need("sns:Publish", [arn], because)];
      case "lambda":
        return [need("lambda:InvokeFunction", [arn], because)];
      case "events":
        return [need("events:PutEvents", [arn], because)];
      case "s3":
        return [need("s3:PutObject", [`${arn}/*`], because), need("s3:ListBucket", [arn], because)];
      default:
        return [];
    }
  });
}

function isOf(named: Property, fn: Resource, stack: Stack): boolean {
  if (stack.graph.means(named, fn).outcome === "pass") return true;
  // A version or an alias of it.
  const target = stack.graph.target(named);
  return (
    target !== undefined &&
    /^AWS::Lambda::(Alias|Version)$/.test(target.type) &&
    stack.graph.target(target.at("FunctionName"))?.id === fn.id
  );
}

function need(action: string, resources: readonly string[], because: Origin): Need {
  return { action, resources, because };
}

function origin(text: string, spot: Spot): Origin {
  return { text, spot, steps: () => [{ position: positionOf(spot), text }], isLambda: true };
}
