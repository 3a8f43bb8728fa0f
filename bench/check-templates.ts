/** The inputs of the check bench: a clinic's stack of 13 resources a ward, and small SAM templates, as their authors write them. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PER_WARD = 13;

export interface CheckInputs {
  readonly small: string;
  readonly large: string;
  readonly folder: string;
  readonly folderSize: number;
}

export async function writeCheckInputs(home: string, samCount: number): Promise<CheckInputs> {
  const folder = join(home, "sam");
  const [small, large] = [join(home, "52-resources.yaml"), join(home, "520-resources.yaml")];
  await mkdir(folder, { recursive: true });
  await writeFile(small, clinicTemplate(52 / PER_WARD));
  await writeFile(large, clinicTemplate(520 / PER_WARD));
  await Promise.all(
    Array.from({ length: samCount }, async (_, index) => {
      await writeFile(join(folder, `app-${String(index).padStart(3, "0")}.yaml`), samTemplate(index));
    }),
  );
  return { small, large, folder, folderSize: samCount };
}

function clinicTemplate(wards: number): string {
  const head = `AWSTemplateFormatVersion: "2010-09-09"
Description: Wards of a clinic, each with its store, queue, function and database
Parameters:
  Stage: { Type: String, Default: prod, AllowedValues: [dev, prod] }
  VpcId: { Type: String }
  KeepDays: { Type: Number, Default: 2192 }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Mappings:
  Sizes:
    prod: { Class: db.r6g.large, Storage: "100" }
    dev: { Class: db.t4g.medium, Storage: "20" }
Resources:
`;
  return head + Array.from({ length: wards }, (_, index) => ward(`Ward${index}`)).join("");
}

function ward(name: string): string {
  return `  ${name}Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    Properties:
      EnableKeyRotation: true
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { AWS: !Sub "arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root" }
            Action: kms:*
            Resource: "*"
  ${name}Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub "\${AWS::StackName}-${name.toLowerCase()}-\${AWS::AccountId}"
      VersioningConfiguration: { Status: !If [IsProd, Enabled, Suspended] }
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt ${name}Key.Arn }
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
  ${name}BucketPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref ${name}Bucket
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Deny
            Principal: "*"
            Action: s3:*
            Resource: [!GetAtt ${name}Bucket.Arn, !Sub "\${${name}Bucket.Arn}/*"]
            Condition: { Bool: { aws:SecureTransport: false } }
  ${name}Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
      SSESpecification: { SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !Ref ${name}Key }
  ${name}DeadLetters:
    Type: AWS::SQS::Queue
    Properties: { KmsMasterKeyId: !Ref ${name}Key, MessageRetentionPeriod: 1209600 }
  ${name}Queue:
    Type: AWS::SQS::Queue
    Properties:
      KmsMasterKeyId: !Ref ${name}Key
      RedrivePolicy: { deadLetterTargetArn: !GetAtt ${name}DeadLetters.Arn, maxReceiveCount: 5 }
  ${name}Topic:
    Type: AWS::SNS::Topic
    Properties: { DisplayName: !Join ["-", [!Ref Stage, ${name.toLowerCase()}]] }
  ${name}Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: records
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - { Effect: Allow, Action: [dynamodb:GetItem, dynamodb:PutItem], Resource: !GetAtt ${name}Table.Arn }
              - { Effect: Allow, Action: sqs:*, Resource: !GetAtt ${name}Queue.Arn }
  ${name}Log:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub "/aws/lambda/\${AWS::StackName}-${name}", RetentionInDays: !Ref KeepDays }
  ${name}Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Sub "\${AWS::StackName}-${name}"
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !GetAtt ${name}Role.Arn
      Code: { ZipFile: "exports.handler = async () => undefined" }
      Environment: { Variables: { TABLE: !Ref ${name}Table, TOPIC: !Ref ${name}Topic } }
      TracingConfig: { Mode: Active }
  ${name}Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { FunctionName: !Ref ${name}Function, EventSourceArn: !GetAtt ${name}Queue.Arn, BatchSize: 10 }
  ${name}Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Who reaches the ward's database
      VpcId: !Ref VpcId
      SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.0.0/16, Description: Apps }]
  ${name}Database:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Snapshot
    Properties:
      Engine: postgres
      DBInstanceClass: !FindInMap [Sizes, !Ref Stage, Class]
      AllocatedStorage: !FindInMap [Sizes, !Ref Stage, Storage]
      StorageEncrypted: true
      KmsKeyId: !Ref ${name}Key
      MultiAZ: !If [IsProd, true, false]
      ManageMasterUserPassword: true
      MasterUsername: clinic
      VPCSecurityGroups: [!Ref ${name}Group]
`;
}

function samTemplate(index: number): string {
  return `AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String, Default: prod }
Globals:
  Function:
    Runtime: nodejs22.x
    Timeout: 10
    Tracing: Active
Resources:
  Visits${index}:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Book${index}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Environment: { Variables: { TABLE: !Ref Visits${index}, STAGE: !Ref Stage } }
      Policies:
        - DynamoDBCrudPolicy: { TableName: !Ref Visits${index} }
      Events:
        Book: { Type: Api, Properties: { Path: /visits, Method: post } }
        Remind: { Type: Schedule, Properties: { Schedule: rate(1 hour) } }
`;
}
