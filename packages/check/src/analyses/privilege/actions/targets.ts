/**
 * Which resource a request is authorized on, by the fields of its input. For the services that functions use most, field
 * by field; for the rest by the names that the service's ARNs and the SDK's inputs share.
 */
import { ownEntry } from "../../../source/own-entry.ts";
import { open, type Spoken } from "../resources/spoken.ts";
import { isOpen, REGION } from "../resources/symbol.ts";
import type { ActionFacts, ServiceFacts } from "./iam-facts.ts";
import { joined, type Request } from "./request.ts";
import { buckets, keys, objects, queues, tables } from "./target-arns.ts";
import { byNames } from "./target-by-names.ts";

type Target = (request: Request, action: ActionFacts) => Spoken | undefined;

const ANYTHING: Spoken = { texts: ["*"] };

const TARGETS: Readonly<Record<string, Target>> = {
  dynamodb(request) {
    const { operation } = request.api;
    if (/Stream|Shard|GetRecords/.test(operation))
      return request.arns("dynamodb:R:A:table/*/stream/*", request.text("StreamArn"));
    const table = tables(request, request.text("TableName", "ResourceArn", "SourceTableName", "TableArn"));
    if (!/^(Query|Scan|SearchVectors)$/.test(operation) || !request.hasWritten("IndexName")) return table;
    const index = request.text("IndexName");
    return {
      ...(index.open === undefined ? table : { open: index.open }),
      texts: table.texts.flatMap((arn) => [
        ...(request.mayLack("IndexName") ? [arn] : []),
        ...index.texts.map((name) => `${arn}/index/${name}`),
      ]),
    };
  },
  s3(request, { resources }) {
    if (resources.length === 0) return ANYTHING;
    const bucket = buckets(request.text("Bucket"), request);
    return resources.some(({ type }) => type === "object") ? objects(bucket, request.textAt("Key")) : bucket;
  },
  sqs: (request) => queues(request, request.text("QueueUrl", "QueueName", "SourceArn")),
  sns: (request) =>
    request.arns(
      "sns:R:A:{}",
      request.text("TopicArn", "TargetArn", "ResourceArn", "Name", "SubscriptionArn"),
      withoutSubscription,
    ),
  lambda(request, { resources }) {
    if (resources.length === 0) return ANYTHING;
    if (resources.some(({ type }) => type.startsWith("layer")))
      return request.arns("lambda:R:A:layer:{}:*", request.text("LayerName", "Arn"));
    return functions(request);
  },
  states(request, { resources }) {
    if (resources.length === 0) return ANYTHING;
    if (resources.some(({ type }) => type.startsWith("exec")))
      return request.arns("states:R:A:execution:*", request.text("executionArn"));
    if (resources.some(({ type }) => type === "activity"))
      return request.arns("states:R:A:activity:{}", request.text("activityArn", "name"));
    return request.arns(
      "states:R:A:stateMachine:{}",
      request.text("stateMachineArn", "resourceArn", "name", "stateMachineAliasArn"),
    );
  },
  events(request, { name, resources }) {
    if (name === "PutEvents") {
      const entries = request.items("Entries");
      const buses = entries.map((entry) => {
        const said = request.say(entry?.kind === "object" ? entry.entries.get("EventBusName") : entry);
        return said.texts.length === 0 ? { texts: ["default"] } : said;
      });
      return request.arns(
        "events:R:A:event-bus/{}",
        buses.length === 0 ? open("its entries are not known") : joined(...buses),
      );
    }
    if (resources.some(({ type }) => type.startsWith("rule")))
      return request.arns("events:R:A:rule/{}", request.text("Rule", "Name"));
    return undefined;
  },
  kms(request, { resources }) {
    if (resources.length === 0) return ANYTHING;
    return keys(request, request.text("KeyId", "SourceKeyId", "TargetKeyId"));
  },
  secretsmanager(request, { resources }) {
    if (resources.length === 0) return ANYTHING;
    return request.arns("secretsmanager:R:A:secret:{}", wholeNames(request.text("SecretId", "Name")), (name) =>
      name.endsWith("*") ? name : `${name}-??????`,
    );
  },
  ssm(request, { name, resources }) {
    if (name === "GetParametersByPath") {
      const own = request.arns("ssm:R:A:parameter/{}", request.text("Path"), (path) => path.replaceAll(/^\/|\/$/g, ""));
      return {
        ...own,
        isOneOf: true,
        texts: own.texts.flatMap((arn) => (arn.endsWith("*") ? [arn] : [arn, `${arn}/*`])),
      };
    }
    if (!resources.some(({ type }) => type === "parameter")) return undefined;
    const names = request.has("Names")
      ? joined(...request.items("Names").map((one) => (one ? request.say(one) : open("the names are not known"))))
      : request.text("Name", "ResourceId");
    return request.arns("ssm:R:A:parameter/{}", names, (text) =>
      text.replace(/^\//, "").replace(/:[\w-]+$/, (suffix) => (text.includes("${") ? suffix : "")),
    );
  },
  kinesis(request, { resources }) {
    if (resources.length === 0) return ANYTHING;
    if (resources.some(({ type }) => type === "consumer"))
      return request.arns("kinesis:R:A:stream/*/consumer/*", request.text("ConsumerARN"));
    return request.arns("kinesis:R:A:stream/{}", request.text("StreamARN", "StreamName"));
  },
  firehose: (request) =>
    request.arns("firehose:R:A:deliverystream/{}", request.text("DeliveryStreamName", "DeliveryStreamARN")),
  logs(request, { resources }) {
    if (resources.length === 0) return ANYTHING;
    const groups = request.arns(
      "logs:R:A:log-group:{}",
      request.text("logGroupName", "logGroupIdentifier", "logGroupNames"),
    );
    return { ...groups, texts: groups.texts.map((arn) => (arn.endsWith("*") ? arn : `${arn}:*`)) };
  },
  "cognito-idp"(request, { resources }) {
    return resources.length === 0 ? ANYTHING : request.arns("cognito-idp:R:A:userpool/{}", request.text("UserPoolId"));
  },
  "cognito-identity": (request, { resources }) =>
    resources.length === 0
      ? ANYTHING
      : request.arns("cognito-identity:R:A:identitypool/{}", request.text("IdentityPoolId")),
  ses(request, { resources }) {
    if (resources.length === 0) return ANYTHING;
    if (!resources.some(({ type }) => type === "identity")) return undefined;
    const from = request.text(
      "FromEmailAddress",
      "Source",
      "FromEmailAddressIdentityArn",
      "SourceArn",
      "EmailIdentity",
      "Identity",
    );
    const identities = request.arns("ses:R:A:identity/{}", from, addressOnly);
    // Either the address or its domain is what was verified.
    const domains = identities.texts.flatMap((arn) =>
      /identity\/[^*$]*@/.test(arn) ? [arn.replace(/identity\/.*@/, "identity/")] : [],
    );
    const sets = request.hasWritten("ConfigurationSetName")
      ? request.arns("ses:R:A:configuration-set/{}", request.text("ConfigurationSetName")).texts
      : [];
    const templates = request
      .text("Content.Template.TemplateName", "Template", "DefaultTemplate")
      .texts.filter((text) => text !== "*" || request.hasWritten("Template"));
    return {
      ...identities,
      texts: [
        ...identities.texts,
        ...domains,
        ...sets,
        ...templates.map((name) => `arn:aws:ses:\${AWS::Region}:\${AWS::AccountId}:template/${name}`),
      ],
    };
  },
  sts: (request, { name }) =>
    name.startsWith("AssumeRole") ? request.arns("iam::A:role/{}", request.text("RoleArn")) : undefined,
  bedrock: models,
  "execute-api"(request) {
    const method = { DeleteConnection: "DELETE", GetConnection: "GET" }[request.api.operation] ?? "POST";
    const { graph } = request.around.stack;
    const sockets = graph
      .ofType("AWS::ApiGatewayV2::Api")
      .filter((api) => api.at("ProtocolType").text() === "WEBSOCKET");
    const apis = sockets.length === 0 ? ["*"] : sockets.map(({ id }) => `\${${id}}`);
    return {
      texts: apis.map(
        (api) => `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:${api}/*/${method}/@connections/*`,
      ),
    };
  },
  iot(request, { resources, name }) {
    if (name === "Publish" || name === "RetainPublish") return request.arns("iot:R:A:topic/{}", request.text("topic"));
    return resources.some(({ type }) => type === "thing")
      ? request.arns("iot:R:A:thing/{}", request.text("thingName"))
      : undefined;
  },
  "rds-data": (request) => request.arns("rds:R:A:cluster:{}", request.text("resourceArn")),
  "rds-db"(request) {
    const user = request.text("username");
    return {
      ...user,
      texts: (user.texts.length === 0 ? ["*"] : user.texts).map(
        (name) => `arn:aws:rds-db:\${AWS::Region}:\${AWS::AccountId}:dbuser:*/${name}`,
      ),
    };
  },
  sagemaker(request, { resources }) {
    return resources.some(({ type }) => type === "endpoint")
      ? request.arns("sagemaker:R:A:endpoint/{}", request.text("EndpointName"))
      : undefined;
  },
  scheduler(request, { resources }) {
    if (!resources.some(({ type }) => type === "schedule")) return undefined;
    const group = request.text("GroupName");
    const groups = group.texts.length === 0 ? ["default"] : group.texts;
    const names = request.text("Name");
    return { ...names, texts: groups.flatMap((one) => request.arns(`scheduler:R:A:schedule/${one}/{}`, names).texts) };
  },
  ecs(request, { name, resources }) {
    if (name === "RunTask" || name === "StartTask")
      return request.arns("ecs:R:A:task-definition/{}", request.text("taskDefinition"), (text) =>
        /[:}]/.test(text) ? text : `${text}:*`,
      );
    return resources.some(({ type }) => type === "cluster") && request.hasWritten("clusterName")
      ? request.arns("ecs:R:A:cluster/{}", request.text("cluster", "clusterName"))
      : undefined;
  },
  appconfig: (_, { name }) =>
    /^(StartConfigurationSession|GetLatestConfiguration|GetConfiguration)$/.test(name)
      ? { texts: ["arn:aws:appconfig:${AWS::Region}:${AWS::AccountId}:application/*/environment/*/configuration/*"] }
      : undefined,
  athena(request, { resources }) {
    if (!resources.some(({ type }) => type === "workgroup")) return undefined;
    const group = request.text("WorkGroup");
    return request.arns(
      "athena:R:A:workgroup/{}",
      group.texts.length === 0 ? { texts: [request.api.operation === "StartQueryExecution" ? "primary" : "*"] } : group,
    );
  },
  cloudwatch: (_, { name }) => (/Metric(Data|Statistics|s|Stream)?$|^GetMetric/.test(name) ? ANYTHING : undefined),
  batch(request, { name }) {
    if (name !== "SubmitJob") return undefined;
    const revisions = (text: string): string => (text.includes(":") ? text : `${text}:*`);
    return joined(
      request.arns("batch:R:A:job-definition/{}", request.text("jobDefinition"), revisions),
      request.arns("batch:R:A:job-queue/{}", request.text("jobQueue")),
    );
  },
  apigateway: () => ({ texts: [`arn:aws:apigateway:${REGION}::/*`] }),
  cloudformation(request, { resources }) {
    if (!resources.some(({ type }) => type === "stack")) return undefined;
    return request.arns("cloudformation:R:A:stack/{}/*", request.text("StackName", "StackId"));
  },
  lex(request) {
    if (!request.hasWritten("botAliasId")) return undefined;
    const bots = request.text("botId").texts;
    return joined(...bots.map((bot) => request.arns(`lex:R:A:bot-alias/${bot}/{}`, request.text("botAliasId"))));
  },
  mobiletargeting: (request) =>
    request.arns("mobiletargeting:R:A:apps/{}", request.text("ApplicationId"), (id) => `${id}*`),
  rds(request, { resources }) {
    if (resources.some(({ type }) => type === "cluster") && request.hasWritten("DBClusterIdentifier")) {
      return request.arns("rds:R:A:cluster:{}", request.text("DBClusterIdentifier"));
    }
    if (!resources.some(({ type }) => type === "db") || !request.hasWritten("DBInstanceIdentifier")) return undefined;
    return request.arns("rds:R:A:db:{}", request.text("DBInstanceIdentifier"));
  },
  "redshift-data"(request, { resources }) {
    if (resources.length === 0) return ANYTHING;
    return request.hasWritten("WorkgroupName")
      ? request.arns("redshift-serverless:R:A:workgroup/*", request.text("WorkgroupName"), () => "*")
      : request.arns("redshift:R:A:cluster:{}", request.text("ClusterIdentifier"));
  },
  timestream(request, { resources }) {
    if (!resources.some(({ type }) => type === "table")) return undefined;
    const database = request.text("DatabaseName");
    const table = request.text("TableName");
    return joined(
      ...(database.texts.length === 0 ? ["*"] : database.texts).map((one) =>
        request.arns(`timestream:R:A:database/${one}/table/{}`, table),
      ),
    );
  },
  dsql: () => ({ texts: ["arn:aws:dsql:${AWS::Region}:${AWS::AccountId}:cluster/*"] }),
};

export function targetOf(request: Request, action: ActionFacts, facts: ServiceFacts): Spoken {
  const own = ownEntry(TARGETS, request.service)?.(request, action);
  if (own) return own;
  return action.resources.length === 0 ? ANYTHING : byNames(request, action, facts);
}

/** A function, a version or an alias of it; the SDK takes names, partial and whole ARNs, with and without these. */
function functions(request: Request): Spoken {
  const said = request.text("FunctionName");
  const qualifier = request.text("Qualifier");
  const names = request.arns("lambda:R:A:function:{}", said, (text) => text.replace(/^.*:function:/, ""));
  if (!request.hasWritten("Qualifier")) return names;
  return { ...names, texts: names.texts.flatMap((arn) => qualifier.texts.map((one) => `${arn}:${one}`)) };
}

/** A model is a vendor's, or a profile that spreads requests over regions, which needs the model in each. */
function models(request: Request, { name }: ActionFacts): Spoken | undefined {
  if (!/^(InvokeModel|GetFoundationModel|CountTokens|ApplyGuardrail)/.test(name)) return undefined;
  if (name === "ApplyGuardrail") return request.arns("bedrock:R:A:guardrail/{}", request.text("guardrailIdentifier"));
  const said = request.text("modelId", "modelIdentifier");
  if (said.texts.length === 0) return open("the model is not written in the call");
  return {
    ...said,
    texts: said.texts.flatMap((id) => {
      if (id.startsWith("arn:")) return profileModels(id);
      if (id === "*") return ["arn:aws:bedrock:*::foundation-model/*"];
      const [, model] = /^(?:us|eu|apac|jp|au|ca|global|us-gov)\.(.+)$/.exec(id) ?? [];
      if (model === undefined) return [`arn:aws:bedrock:\${AWS::Region}::foundation-model/${id}`];
      return [
        `arn:aws:bedrock:\${AWS::Region}:\${AWS::AccountId}:inference-profile/${id}`,
        `arn:aws:bedrock:*::foundation-model/${model}`,
      ];
    }),
  };
}

function profileModels(arn: string): readonly string[] {
  const model = /:inference-profile\/(?:us|eu|apac|jp|au|ca|global|us-gov)\.(.+)$/.exec(arn)?.[1];
  return model === undefined ? [arn] : [arn, `arn:aws:bedrock:*::foundation-model/${model}`];
}

function withoutSubscription(text: string): string {
  return text;
}

/** `Clinic <no-reply@clinic.example>`. */
function addressOnly(text: string): string {
  return /<([^>]+)>/.exec(text)?.[1] ?? text;
}

/** A secret's name that the template cuts out of its ARN: which one it is can't be told from the pieces. */
function wholeNames(said: Spoken): Spoken {
  if (!said.texts.some((text) => isOpen(text) && !text.startsWith("arn:") && text.includes("}-"))) return said;
  return { ...said, texts: ["*"], open: said.open ?? "which secret it is about is put together from pieces" };
}
