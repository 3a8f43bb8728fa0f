import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CodeValue } from "../../../code/contract.ts";
import { Graph } from "../../../graph/graph.ts";
import { Resource } from "../../../graph/resource.ts";
import { map } from "../../../graph/value.ts";
import { SourceText } from "../../../source/source-text.ts";
import { Stack } from "../resources/stack.ts";
import { serviceOfClient } from "../sdk/services.ts";
import { serviceFacts } from "./iam-facts.ts";
import { needsOfCalls } from "./needs-of-calls.ts";

const spot = { source: new SourceText("handler.ts", ""), offset: 0 };
const fn = new Resource({ id: "Save", type: "AWS::Lambda::Function", properties: map([], spot), spot });
const stack = new Stack(new Graph({ resources: [fn] }));

type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

function value(plain: Plain): CodeValue {
  if (Array.isArray(plain)) return { kind: "list", items: plain.map((one: Plain) => value(one)), spot };
  if (typeof plain === "object") {
    return { kind: "object", entries: new Map(Object.entries(plain).map(([key, one]) => [key, value(one)])), spot };
  }
  return { kind: "literal", value: plain as string | number | boolean, spot };
}

function needed(client: string, operation: string, input: Plain = {}): string {
  const { needs, unseen } = needsOfCalls([{ client, operation, input: value(input), call: { spot, stack: [] } }], {
    stack,
    fn,
  });
  assert.deepEqual(unseen, []);
  return needs
    .map(({ action, resources }) => {
      const short = resources.map((text) =>
        text.replace("arn:aws:", "").replace("${AWS::Region}:${AWS::AccountId}:", "").replace("${AWS::Region}::", ":"),
      );
      return `${action} ${short.join(" ")}`;
    })
    .join("; ");
}

/** Client, operation, input, and what AWS authorizes; one at least of each of the clients that functions use most. */
const CASES: readonly (readonly [client: string, operation: string, input: Plain, needs: string])[] = [
  [
    "accessanalyzer",
    "ListFindings",
    { analyzerArn: "arn:aws:access-analyzer:eu-west-1:1:analyzer/a" },
    "access-analyzer:ListFindings access-analyzer:eu-west-1:1:analyzer/a",
  ],
  [
    "acm",
    "DescribeCertificate",
    { CertificateArn: "arn:aws:acm:eu-west-1:1:certificate/c" },
    "acm:DescribeCertificate acm:eu-west-1:1:certificate/c",
  ],
  ["api-gateway", "GetRestApis", {}, "apigateway:GET apigateway::/*"],
  [
    "apigatewaymanagementapi",
    "PostToConnection",
    { ConnectionId: "x" },
    "execute-api:ManageConnections execute-api:*/*/POST/@connections/*",
  ],
  [
    "appconfigdata",
    "GetLatestConfiguration",
    {},
    "appconfig:GetLatestConfiguration appconfig:application/*/environment/*/configuration/*",
  ],
  ["application-auto-scaling", "DescribeScalableTargets", {}, "application-autoscaling:DescribeScalableTargets *"],
  ["athena", "GetQueryExecution", { QueryExecutionId: "q" }, "athena:GetQueryExecution athena:workgroup/*"],
  ["backup", "StartBackupJob", { BackupVaultName: "v" }, "backup:StartBackupJob backup:backup-vault:v"],
  [
    "batch",
    "SubmitJob",
    { jobName: "j", jobQueue: "q", jobDefinition: "d" },
    "batch:SubmitJob batch:job-definition/d:* batch:job-queue/q",
  ],
  [
    "bedrock-runtime",
    "InvokeModel",
    { modelId: "amazon.titan" },
    "bedrock:InvokeModel bedrock::foundation-model/amazon.titan",
  ],
  [
    "bedrock-runtime",
    "Converse",
    { modelId: "m", guardrailConfig: { guardrailIdentifier: "g" } },
    "bedrock:InvokeModel bedrock::foundation-model/m; bedrock:ApplyGuardrail bedrock:guardrail/g",
  ],
  ["bedrock-agent-runtime", "Retrieve", { knowledgeBaseId: "KB" }, "bedrock:Retrieve bedrock:knowledge-base/KB"],
  ["cloudformation", "DescribeStacks", { StackName: "s" }, "cloudformation:DescribeStacks cloudformation:stack/s/*"],
  [
    "cloudfront",
    "CreateInvalidation",
    { DistributionId: "D" },
    "cloudfront:CreateInvalidation cloudfront::${AWS::AccountId}:distribution/D",
  ],
  ["cloudtrail", "LookupEvents", {}, "cloudtrail:LookupEvents *"],
  ["cloudwatch", "GetMetricData", {}, "cloudwatch:GetMetricData *"],
  ["cloudwatch-logs", "FilterLogEvents", { logGroupName: "/g" }, "logs:FilterLogEvents logs:log-group:/g:*"],
  ["codebuild", "StartBuild", { projectName: "p" }, "codebuild:StartBuild codebuild:project/p"],
  ["cognito-identity", "GetId", { IdentityPoolId: "p" }, ""],
  [
    "cognito-identity-provider",
    "AdminGetUser",
    { UserPoolId: "eu_1" },
    "cognito-idp:AdminGetUser cognito-idp:userpool/eu_1",
  ],
  ["cognito-identity-provider", "SignUp", { ClientId: "c" }, ""],
  ["comprehend", "DetectSentiment", { Text: "x" }, "comprehend:DetectSentiment *"],
  ["comprehendmedical", "DetectPHI", { Text: "x" }, "comprehendmedical:DetectPHI *"],
  ["connect", "StartOutboundVoiceContact", { InstanceId: "i" }, "connect:StartOutboundVoiceContact *"],
  ["dynamodb", "GetItem", { TableName: "t" }, "dynamodb:GetItem dynamodb:table/t"],
  [
    "dynamodb",
    "GetItem",
    { TableName: "arn:aws:dynamodb:eu-west-1:1:table/t" },
    "dynamodb:GetItem dynamodb:eu-west-1:1:table/t",
  ],
  ["dynamodb", "ExecuteStatement", { Statement: 'update "t" set a = 1' }, "dynamodb:PartiQLUpdate dynamodb:table/t"],
  ["dynamodb-streams", "GetRecords", { ShardIterator: "s" }, "dynamodb:GetRecords dynamodb:table/*/stream/*"],
  ["ec2", "DescribeInstances", {}, "ec2:DescribeInstances *"],
  ["ecr", "GetAuthorizationToken", {}, "ecr:GetAuthorizationToken *"],
  ["ecs", "DescribeTasks", { cluster: "c", tasks: ["t"] }, "ecs:DescribeTasks ecs:task/*/*"],
  [
    "efs",
    "DescribeFileSystems",
    { FileSystemId: "fs-1" },
    "elasticfilesystem:DescribeFileSystems elasticfilesystem:file-system/fs-1",
  ],
  ["eventbridge", "PutRule", { Name: "r" }, "events:PutRule events:rule/r"],
  ["eventbridge", "PutEvents", { Entries: [{ Source: "s" }] }, "events:PutEvents events:event-bus/default"],
  ["firehose", "PutRecord", { DeliveryStreamName: "d" }, "firehose:PutRecord firehose:deliverystream/d"],
  ["glue", "StartJobRun", { JobName: "j" }, "glue:StartJobRun glue:job/j"],
  ["guardduty", "ListDetectors", {}, "guardduty:ListDetectors *"],
  [
    "healthlake",
    "DescribeFHIRDatastore",
    { DatastoreId: "d" },
    "healthlake:DescribeFHIRDatastore healthlake:datastore/fhir/d",
  ],
  ["iam", "GetRole", { RoleName: "r" }, "iam:GetRole iam::${AWS::AccountId}:role/r"],
  ["iot-data-plane", "Publish", { topic: "a/b" }, "iot:Publish iot:topic/a/b"],
  ["kendra", "Query", { IndexId: "i" }, "kendra:Query kendra:index/i"],
  ["kinesis", "PutRecord", { StreamName: "s" }, "kinesis:PutRecord kinesis:stream/s"],
  ["kms", "Encrypt", { KeyId: "1234" }, "kms:Encrypt kms:key/1234"],
  [
    "kms",
    "ReEncrypt",
    { SourceKeyId: "a", DestinationKeyId: "b" },
    "kms:ReEncryptFrom kms:key/a; kms:ReEncryptTo kms:key/b",
  ],
  ["kms", "GenerateRandom", {}, "kms:GenerateRandom *"],
  ["lambda", "Invoke", { FunctionName: "f", Qualifier: "live" }, "lambda:InvokeFunction lambda:function:f:live"],
  ["lambda", "Invoke", { FunctionName: "123456789012:function:f" }, "lambda:InvokeFunction lambda:function:f"],
  ["lex-runtime-v2", "RecognizeText", { botId: "b", botAliasId: "a" }, "lex:RecognizeText lex:bot-alias/b/a"],
  ["location", "GetDevicePosition", { TrackerName: "t" }, "geo:GetDevicePosition geo:tracker/t"],
  ["medical-imaging", "GetDatastore", { datastoreId: "d" }, "medical-imaging:GetDatastore medical-imaging:datastore/d"],
  ["opensearch", "DescribeDomain", { DomainName: "d" }, "es:DescribeDomain es:domain/d"],
  ["pinpoint", "SendMessages", { ApplicationId: "a" }, "mobiletargeting:SendMessages mobiletargeting:apps/a*"],
  ["polly", "SynthesizeSpeech", { Text: "x" }, "polly:SynthesizeSpeech *"],
  ["rds", "DescribeDBInstances", { DBInstanceIdentifier: "d" }, "rds:DescribeDBInstances rds:db:d"],
  [
    "rds-data",
    "BeginTransaction",
    {
      resourceArn: "arn:aws:rds:eu-west-1:1:cluster:c",
      secretArn: "arn:aws:secretsmanager:eu-west-1:1:secret:s-abcdef",
    },
    "rds-data:BeginTransaction rds:eu-west-1:1:cluster:c; secretsmanager:GetSecretValue secretsmanager:eu-west-1:1:secret:s-abcdef",
  ],
  ["redshift-data", "DescribeStatement", { Id: "i" }, "redshift-data:DescribeStatement *"],
  [
    "rekognition",
    "DetectText",
    { Image: { S3Object: { Bucket: "b", Name: "k" } } },
    "rekognition:DetectText *; s3:GetObject s3:::b/k",
  ],
  [
    "route-53",
    "ChangeResourceRecordSets",
    { HostedZoneId: "Z" },
    "route53:ChangeResourceRecordSets route53:::hostedzone/Z",
  ],
  ["s3", "HeadObject", { Bucket: "b", Key: "k" }, "s3:GetObject s3:::b/k"],
  ["s3", "ListObjectsV2", { Bucket: "b" }, "s3:ListBucket s3:::b"],
  ["s3", "ListBuckets", {}, "s3:ListAllMyBuckets *"],
  [
    "s3",
    "UploadPartCopy",
    { Bucket: "b", Key: "k", CopySource: "/c/d" },
    "s3:GetObject s3:::c/d; s3:PutObject s3:::b/k",
  ],
  ["s3", "GetObjectTagging", { Bucket: "b", Key: "k", VersionId: "1" }, "s3:GetObjectVersionTagging s3:::b/k"],
  [
    "s3",
    "GetObject",
    { Bucket: "arn:aws:s3:eu-west-1:1:accesspoint/p", Key: "k" },
    "s3:GetObject s3:eu-west-1:1:accesspoint/p/object/k",
  ],
  ["sagemaker-runtime", "InvokeEndpoint", { EndpointName: "e" }, "sagemaker:InvokeEndpoint sagemaker:endpoint/e"],
  ["scheduler", "DeleteSchedule", { Name: "n", GroupName: "g" }, "scheduler:DeleteSchedule scheduler:schedule/g/n"],
  [
    "secrets-manager",
    "PutSecretValue",
    { SecretId: "a" },
    "secretsmanager:PutSecretValue secretsmanager:secret:a-??????",
  ],
  [
    "ses",
    "SendTemplatedEmail",
    { Source: "a@b.example", Template: "t" },
    "ses:SendTemplatedEmail ses:identity/a@b.example ses:identity/b.example ses:template/t",
  ],
  [
    "sesv2",
    "SendEmail",
    { FromEmailAddress: "a@b.example", Content: { Raw: {} } },
    "ses:SendRawEmail ses:identity/a@b.example ses:identity/b.example",
  ],
  [
    "sfn",
    "StartExecution",
    { stateMachineArn: "arn:aws:states:eu-west-1:1:stateMachine:m" },
    "states:StartExecution states:eu-west-1:1:stateMachine:m",
  ],
  ["sns", "Publish", { TopicArn: "arn:aws:sns:eu-west-1:1:t" }, "sns:Publish sns:eu-west-1:1:t"],
  ["sns", "Publish", { PhoneNumber: "+1" }, "sns:Publish *"],
  ["sqs", "DeleteMessageBatch", { QueueUrl: "https://sqs.eu-west-1.amazonaws.com/1/q" }, "sqs:DeleteMessage sqs:q"],
  ["ssm", "GetParameters", { Names: ["/a/b", "c"] }, "ssm:GetParameters ssm:parameter/a/b ssm:parameter/c"],
  ["sts", "GetCallerIdentity", {}, ""],
  ["sts", "AssumeRole", { RoleArn: "arn:aws:iam::1:role/r" }, "sts:AssumeRole iam::1:role/r"],
  ["support", "DescribeCases", {}, "support:DescribeCases *"],
  ["textract", "DetectDocumentText", { Document: { Bytes: "x" } }, "textract:DetectDocumentText *"],
  [
    "timestream-write",
    "WriteRecords",
    { DatabaseName: "d", TableName: "t" },
    "timestream:WriteRecords timestream:database/d/table/t; timestream:DescribeEndpoints *",
  ],
  [
    "transcribe",
    "GetTranscriptionJob",
    { TranscriptionJobName: "j" },
    "transcribe:GetTranscriptionJob transcribe:transcription-job/j",
  ],
  ["translate", "TranslateText", { Text: "x" }, "translate:TranslateText *"],
  [
    "verifiedpermissions",
    "IsAuthorized",
    { policyStoreId: "p" },
    "verifiedpermissions:IsAuthorized verifiedpermissions::${AWS::AccountId}:policy-store/p",
  ],
  ["wafv2", "UpdateIPSet", { Name: "n", Id: "i", Scope: "REGIONAL" }, "wafv2:UpdateIPSet wafv2:REGIONAL/ipset/n/i"],
  ["xray", "PutTraceSegments", {}, "xray:PutTraceSegments *"],
];

describe("what a call needs", () => {
  for (const [client, operation, input, needs] of CASES) {
    it(`${operation} of ${client} with ${JSON.stringify(input)}`, () => {
      assert.equal(needed(client, operation, input), needs);
    });
  }

  it("is asked of services that AWS's own list has", () => {
    for (const [client] of CASES)
      assert.ok(serviceFacts(serviceOfClient(client)) ?? serviceOfClient(client) === "rds-db", client);
  });

  it("is said to be unknown where AWS lists no such action", () => {
    const { needs, unseen } = needsOfCalls(
      [{ client: "s3", operation: "Dance", input: undefined, call: { spot, stack: [] } }],
      { stack, fn },
    );
    assert.deepEqual(needs, []);
    assert.deepEqual(
      unseen.map(({ services }) => services),
      [["s3"]],
    );
  });
});
