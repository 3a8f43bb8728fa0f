import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { callsOf } from "../testing/show-analysis.ts";

/** How people call AWS: the program, and the calls that leave it (`new` of clients and commands among them). */
const CASES: readonly (readonly [title: string, program: string | Record<string, string>, calls: readonly string[]])[] =
  [
    [
      "renamed imports",
      `import { S3Client as C, GetObjectCommand as G } from "@aws-sdk/client-s3";
     const c = new C();
     export const handler = () => c.send(new G({ Bucket: "a" }));`,
      [
        "new @aws-sdk/client-s3#S3Client()",
        'new @aws-sdk/client-s3#GetObjectCommand({Bucket: "a"})',
        "<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#GetObjectCommand>)",
      ],
    ],
    [
      "version 2 through require, with promise()",
      {
        "handler.js": `const AWS = require("aws-sdk"); const s3 = new AWS.S3();
        exports.handler = async (e) => s3.getObject({ Bucket: process.env.B, Key: e.key }).promise();`,
      },
      [
        "new aws-sdk#S3()",
        "<aws-sdk#S3>.getObject({Bucket: $B, Key: event.key})",
        "<aws-sdk#S3>.getObject().promise()",
      ],
    ],
    [
      "version 2 in another file of CommonJS",
      {
        "handler.js": `const db = require("./db"); module.exports.handler = async (e) => { await db.put(e); };`,
        "db.js": `const { DynamoDB } = require("aws-sdk"); const c = new DynamoDB.DocumentClient();
        module.exports = { put(i) { return c.put({ TableName: "t", Item: i }).promise(); } };`,
      },
      [
        "new aws-sdk#DynamoDB.DocumentClient()",
        '<aws-sdk#DynamoDB.DocumentClient>.put({TableName: "t", Item: event})',
        "<aws-sdk#DynamoDB.DocumentClient>.put().promise()",
      ],
    ],
    [
      "version 2 with callbacks",
      `import AWS from "aws-sdk"; const s3 = new AWS.S3();
     export const handler = (event, context, cb) => {
       s3.getObject({ Bucket: "b" }, (err, data) => { if (err) return cb(err); cb(null, data.Body.toString()); });
     };`,
      [
        "new aws-sdk#default.S3()",
        '<aws-sdk#default.S3>.getObject({Bucket: "b"}, function )',
        "?callback(given(<aws-sdk#default.S3>.getObject 0))",
        "?callback(null, .toString(given(<aws-sdk#default.S3>.getObject 1).Body))",
      ],
    ],
    [
      "an aggregated client",
      `import { S3 } from "@aws-sdk/client-s3"; const s3 = new S3({});
     export async function handler(e) { return s3.putObject({ Bucket: "x", Key: e.id }); }`,
      ["new @aws-sdk/client-s3#S3({})", '<@aws-sdk/client-s3#S3>.putObject({Bucket: "x", Key: event.id})'],
    ],
    [
      "a paginator",
      `import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb"; const client = new DynamoDBClient({});
     export const handler = async () => {
       for await (const page of paginateScan({ client }, { TableName: "t" })) console.log(page.Items);
     };`,
      [
        "new @aws-sdk/client-dynamodb#DynamoDBClient({})",
        '@aws-sdk/client-dynamodb#paginateScan({client: <@aws-sdk/client-dynamodb#DynamoDBClient>}, {TableName: "t"})',
        "?console.log(@aws-sdk/client-dynamodb#paginateScan().*.Items)",
      ],
    ],
    [
      "a presigned URL, which needs the command that it signs",
      `import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
     import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3"; const c = new S3Client();
     export const handler = (e) => getSignedUrl(c, new GetObjectCommand({ Bucket: "b", Key: e.k }), { expiresIn: 60 });`,
      [
        "new @aws-sdk/client-s3#S3Client()",
        'new @aws-sdk/client-s3#GetObjectCommand({Bucket: "b", Key: event.k})',
        "@aws-sdk/s3-request-presigner#getSignedUrl(<@aws-sdk/client-s3#S3Client>, <@aws-sdk/client-s3#GetObjectCommand>, {expiresIn: 60})",
      ],
    ],
    [
      "one of two commands",
      `import { SQSClient, SendMessageCommand, DeleteMessageCommand } from "@aws-sdk/client-sqs"; const c = new SQSClient();
     export const handler = async (e) => {
       const command = e.del ? new DeleteMessageCommand({ QueueUrl: "a" }) : new SendMessageCommand({ QueueUrl: "b" });
       return c.send(command);
     };`,
      [
        "new @aws-sdk/client-sqs#SQSClient()",
        '?new @aws-sdk/client-sqs#DeleteMessageCommand({QueueUrl: "a"})',
        '?new @aws-sdk/client-sqs#SendMessageCommand({QueueUrl: "b"})',
        "<@aws-sdk/client-sqs#SQSClient>.send(<@aws-sdk/client-sqs#DeleteMessageCommand> | <@aws-sdk/client-sqs#SendMessageCommand>)",
      ],
    ],
    [
      "a command from a table",
      `import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
     const COMMANDS = { get: GetObjectCommand, put: PutObjectCommand }; const c = new S3Client();
     export const handler = async (e) => c.send(new COMMANDS[e.op]({ Bucket: "x" }));`,
      [
        "new @aws-sdk/client-s3#S3Client()",
        '?new @aws-sdk/client-s3#GetObjectCommand({Bucket: "x"})',
        '?new @aws-sdk/client-s3#PutObjectCommand({Bucket: "x"})',
        "<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#GetObjectCommand> | <@aws-sdk/client-s3#PutObjectCommand>)",
      ],
    ],
    [
      "clients handed to constructors",
      `import { SNSClient, PublishCommand } from "@aws-sdk/client-sns";
     class Topic { constructor(private c: SNSClient, private arn: string) {}
       async send(x: string) { await this.c.send(new PublishCommand({ TopicArn: this.arn, Message: x })); } }
     class Service { constructor(private readonly n: Topic) {} run(x: string) { return this.n.send(x); } }
     const service = new Service(new Topic(new SNSClient({}), process.env.TOPIC!));
     export const handler = async (e: any) => service.run(e.msg);`,
      [
        "new @aws-sdk/client-sns#SNSClient({})",
        "new @aws-sdk/client-sns#PublishCommand({TopicArn: $TOPIC, Message: event.msg})",
        "<@aws-sdk/client-sns#SNSClient>.send(<@aws-sdk/client-sns#PublishCommand>)",
      ],
    ],
    [
      "an abstract repository",
      `import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
     abstract class Base { protected client = new DynamoDBClient({}); abstract table(): string;
       get(k: string) { return this.client.send(new GetItemCommand({ TableName: this.table(), Key: { pk: { S: k } } })); } }
     class Patients extends Base { table() { return "patients"; } }
     export const handler = (e: any) => new Patients().get(e.id);`,
      [
        "new @aws-sdk/client-dynamodb#DynamoDBClient({})",
        'new @aws-sdk/client-dynamodb#GetItemCommand({TableName: "patients", Key: {pk: {S: event.id}}})',
        "<@aws-sdk/client-dynamodb#DynamoDBClient>.send(<@aws-sdk/client-dynamodb#GetItemCommand>)",
      ],
    ],
    [
      "a class that extends the client",
      `import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
     class Repository extends DynamoDBClient { constructor() { super({ region: "eu" }); }
       read() { return this.send(new GetItemCommand({ TableName: "t" })); } }
     export const handler = () => new Repository().read();`,
      [
        'new @aws-sdk/client-dynamodb#DynamoDBClient({region: "eu"})',
        'new @aws-sdk/client-dynamodb#GetItemCommand({TableName: "t"})',
        "<@aws-sdk/client-dynamodb#DynamoDBClient>.send(<@aws-sdk/client-dynamodb#GetItemCommand>)",
      ],
    ],
    [
      "a client that is made on first use",
      `import { S3Client } from "@aws-sdk/client-s3"; let client: S3Client | undefined;
     function get() { if (!client) client = new S3Client(); return client; }
     export const handler = async () => { await get().destroy(); get().destroy(); };`,
      [
        "new @aws-sdk/client-s3#S3Client()",
        "<@aws-sdk/client-s3#S3Client>.destroy()",
        "<@aws-sdk/client-s3#S3Client>.destroy()",
      ],
    ],
    [
      "pairs of a list, each with its own",
      `import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3"; const c = new S3Client();
     export const handler = async () => {
       for (const [b, k] of [["b1", "k1"], ["b2", "k2"]]) await c.send(new GetObjectCommand({ Bucket: b, Key: k }));
     };`,
      [
        "new @aws-sdk/client-s3#S3Client()",
        'new @aws-sdk/client-s3#GetObjectCommand({Bucket: "b1", Key: "k1"})',
        "<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#GetObjectCommand>)",
        'new @aws-sdk/client-s3#GetObjectCommand({Bucket: "b2", Key: "k2"})',
        "<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#GetObjectCommand>)",
      ],
    ],
    [
      "a wrapper of the outside that answers what its callback answers",
      `import retry from "p-retry"; import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3"; const c = new S3Client();
     export const handler = async () => { const r = await retry(() => c.send(new GetObjectCommand({}))); console.log(r.Body); };`,
      [
        "new @aws-sdk/client-s3#S3Client()",
        "p-retry#default(function )",
        "?new @aws-sdk/client-s3#GetObjectCommand({})",
        "?<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#GetObjectCommand>)",
        "console.log(<@aws-sdk/client-s3#S3Client>.send().Body | p-retry#default().Body)",
      ],
    ],
    [
      "methods that were taken from their client",
      {
        "index.js": `const util = require("util"); const AWS = require("aws-sdk"); const s3 = new AWS.S3();
        const get = util.promisify(s3.getObject.bind(s3));
        exports.handler = async () => { await get({ Bucket: "b" }); return s3.putObject.call(s3, { Bucket: "c" }); };`,
      },
      ["new aws-sdk#S3()", '<aws-sdk#S3>.getObject({Bucket: "b"})', '<aws-sdk#S3>.putObject({Bucket: "c"})'],
    ],
    [
      "nothing of what nobody calls",
      `import { S3Client, DeleteObjectCommand } from "@aws-sdk/client-s3";
     function never() { return new S3Client().send(new DeleteObjectCommand({})); }
     export const handler = () => 1;`,
      [],
    ],
  ];

describe("calls of AWS", () => {
  for (const [title, program, calls] of CASES) {
    it(`finds ${title}`, async () => {
      assert.deepEqual(await callsOf(program), calls);
    });
  }

  it("says where the command is chosen at run time", async () => {
    const { analyzeFiles } = await import("../testing/show-analysis.ts");
    const { gaps } = await analyzeFiles({
      "handler.ts": `import * as s3 from "@aws-sdk/client-s3"; const c = new s3.S3Client();
        export const handler = async (e) => c.send(new s3[e.command]({ Bucket: "x" }));`,
    });
    assert.deepEqual(
      gaps.map(({ kind, reason }) => [kind, reason]),
      [["call", "which class is made is chosen at run time from what @aws-sdk/client-s3 holds"]],
    );
  });
});
