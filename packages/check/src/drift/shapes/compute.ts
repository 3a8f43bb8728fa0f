/** Lambda, Step Functions, API Gateway, EventBridge. Names: the API references of each, as `aws … get-…` prints them. */
import { list, map, scalar, type Value } from "../../graph/value.ts";
import { lookUp, unwrapped } from "../live-value.ts";
import { each, filled, pick, type Change, type Field, type Shape } from "./shape.ts";

const FUNCTION_FIELDS: Readonly<Record<string, Field>> = {
  Runtime: "Runtime",
  Handler: "Handler",
  Role: "Role",
  Description: ["Description", filled],
  MemorySize: "MemorySize",
  Timeout: "Timeout",
  PackageType: "PackageType",
  Architectures: "Architectures",
  KmsKeyArn: ["KMSKeyArn", filled],
  "Environment.Variables": "Environment.Variables",
  "VpcConfig.SubnetIds": ["VpcConfig.SubnetIds", filled],
  "VpcConfig.SecurityGroupIds": ["VpcConfig.SecurityGroupIds", filled],
  "DeadLetterConfig.TargetArn": "DeadLetterConfig.TargetArn",
  "TracingConfig.Mode": "TracingConfig.Mode",
  Layers: ["Layers", each("Arn")],
  "EphemeralStorage.Size": "EphemeralStorage.Size",
  FileSystemConfigs: ["FileSystemConfigs", pick("Arn", "LocalMountPath")],
  CodeSigningConfigArn: "SigningConfigArn",
};
const FUNCTION = {
  type: "AWS::Lambda::Function",
  needs: ["FunctionName", "FunctionArn"],
  identifiers: ["FunctionName", "FunctionArn"],
} as const;

/** The API has the settings of all methods under the key of each; a template as a list. */
const methodSettings: Change = (value) => {
  if (value.kind !== "map") return undefined;
  const items = [...value.entries].map(([key, settings]): Value => {
    const slash = key.lastIndexOf("/");
    const [path, method] = [key.slice(0, slash), key.slice(slash + 1)];
    const said = (names: readonly string[]) =>
      names.flatMap((name) => {
        const found = lookUp(settings, name);
        return found ? [[name, found] as const] : [];
      });
    return map(
      [
        ["HttpMethod", scalar(method, value.spot)],
        ["ResourcePath", scalar(path === "*" ? "/*" : `/${path.replaceAll("~1", "/").replace(/^\//, "")}`, value.spot)],
        ...said([
          "LoggingLevel",
          "DataTraceEnabled",
          "MetricsEnabled",
          "CachingEnabled",
          "CacheDataEncrypted",
          "ThrottlingRateLimit",
          "ThrottlingBurstLimit",
        ]),
      ],
      value.spot,
    );
  });
  return list(items, value.spot);
};

const STAGE_FIELDS: Readonly<Record<string, Field>> = {
  StageName: "stageName",
  TracingEnabled: "tracingEnabled",
  CacheClusterEnabled: "cacheClusterEnabled",
  ClientCertificateId: "clientCertificateId",
  AccessLogSetting: "accessLogSettings",
  MethodSettings: ["methodSettings", methodSettings],
  Variables: "variables",
};

export const COMPUTE_SHAPES: readonly Shape[] = [
  { ...FUNCTION, at: "", fields: FUNCTION_FIELDS },
  { ...FUNCTION, at: "Configuration", fields: FUNCTION_FIELDS },
  { ...FUNCTION, at: "Functions[]", fields: FUNCTION_FIELDS, isList: true },
  {
    type: "AWS::Lambda::EventSourceMapping",
    at: "EventSourceMappings[]",
    needs: ["UUID", "FunctionArn"],
    identifiers: ["UUID", "EventSourceMappingArn"],
    isList: true,
    fields: {
      BatchSize: "BatchSize",
      EventSourceArn: "EventSourceArn",
      FunctionName: "FunctionArn",
      Enabled: [
        "State",
        (value) => scalar(value.kind === "scalar" && !String(value.value).startsWith("Disabl"), value.spot),
      ],
    },
  },
  {
    type: "AWS::StepFunctions::StateMachine",
    at: "",
    needs: ["stateMachineArn", "definition", "roleArn"],
    identifiers: ["name", "stateMachineArn"],
    fields: {
      RoleArn: "roleArn",
      StateMachineType: "type",
      DefinitionString: ["definition", (value) => unwrapped(value)],
      LoggingConfiguration: "loggingConfiguration",
      TracingConfiguration: "tracingConfiguration",
      EncryptionConfiguration: "encryptionConfiguration",
    },
  },
  {
    type: "AWS::ApiGateway::RestApi",
    at: "items[]",
    needs: ["id", "name", "endpointConfiguration"],
    identifiers: ["id", "name"],
    isList: true,
    fields: {
      Name: "name",
      Description: "description",
      "EndpointConfiguration.Types": "endpointConfiguration.types",
      DisableExecuteApiEndpoint: "disableExecuteApiEndpoint",
      MinimumCompressionSize: "minimumCompressionSize",
      ApiKeySourceType: "apiKeySource",
      Policy: [
        "policy",
        (value) =>
          // The API escapes the policy's quotes once more than JSON does.
          unwrapped(value.kind === "scalar" ? scalar(String(value.value).replaceAll('\\"', '"'), value.spot) : value),
      ],
    },
  },
  {
    type: "AWS::ApiGateway::Stage",
    at: "item[]",
    needs: ["stageName", "deploymentId"],
    identifiers: ["stageName"],
    fields: STAGE_FIELDS,
  },
  {
    type: "AWS::ApiGateway::Stage",
    at: "",
    needs: ["stageName", "deploymentId"],
    identifiers: ["stageName"],
    fields: STAGE_FIELDS,
  },
  {
    type: "AWS::ApiGatewayV2::Api",
    at: "Items[]",
    needs: ["ApiId", "ProtocolType"],
    identifiers: ["ApiId", "Name"],
    isList: true,
    fields: {
      Name: "Name",
      ProtocolType: "ProtocolType",
      CorsConfiguration: "CorsConfiguration",
      DisableExecuteApiEndpoint: "DisableExecuteApiEndpoint",
    },
  },
  {
    type: "AWS::Events::Rule",
    at: "",
    needs: ["Arn", "Name", "State", "EventBusName"],
    identifiers: ["Name", "Arn"],
    fields: {
      State: "State",
      ScheduleExpression: "ScheduleExpression",
      EventPattern: ["EventPattern", (value) => unwrapped(value)],
      Description: "Description",
    },
  },
  {
    type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
    at: "LoadBalancers[]",
    needs: ["LoadBalancerArn", "Scheme"],
    identifiers: ["LoadBalancerName", "LoadBalancerArn", "DNSName"],
    isList: true,
    fields: { Scheme: "Scheme", Type: "Type", SecurityGroups: "SecurityGroups", IpAddressType: "IpAddressType" },
  },
  {
    type: "AWS::Cognito::UserPool",
    at: "UserPool",
    needs: ["Id", "Name"],
    identifiers: ["Name", "Id", "Arn"],
    fields: {
      MfaConfiguration: "MfaConfiguration",
      "Policies.PasswordPolicy": "Policies.PasswordPolicy",
      DeletionProtection: "DeletionProtection",
      AdminCreateUserConfig: "AdminCreateUserConfig",
      "UserPoolAddOns.AdvancedSecurityMode": "UserPoolAddOns.AdvancedSecurityMode",
    },
  },
];
