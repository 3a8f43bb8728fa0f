/**
 * A stack of twenty functions of 2,000 lines each, twice: as sources that a SAM template names, and as the bundles that
 * esbuild makes of them, in a folder as CDK leaves it. Deterministic; the code does what such functions do: read an event,
 * walk through lists, call stores whose names come from the environment, hand values through helpers and classes.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const FUNCTIONS = 20;
const LINES = 2_000;
export interface CodeInputs {
  readonly sources: string;
  readonly bundles: string;
  /** The same template without any code beside it. */
  readonly template: string;
  readonly lines: number;
  readonly bundleBytes: number;
}

export async function writeCodeInputs(home: string): Promise<CodeInputs> {
  const [sources, bundles, template] = [join(home, "sources"), join(home, "bundles"), join(home, "template")];
  for (const folder of [join(sources, "functions"), bundles, template]) await mkdir(folder, { recursive: true });
  let lines = 0;
  let bundleBytes = 0;
  for (let index = 0; index < FUNCTIONS; index += 1) {
    const file = join(sources, "functions", `f${index}.ts`);
    const text = sourceOf(index);
    lines += text.split("\n").length;
    await writeFile(file, text);
    bundleBytes += await bundle(file, join(bundles, `asset.${String(index).padStart(64, "0")}`));
  }
  await writeFile(join(sources, "template.yaml"), samTemplate());
  await writeFile(join(template, "template.yaml"), samTemplate());
  await writeFile(join(bundles, "Clinic.template.json"), JSON.stringify(cdkTemplate(), undefined, 1));
  await writeFile(join(bundles, "manifest.json"), JSON.stringify(cdkManifest()));
  return { sources, bundles, template, lines, bundleBytes };
}

async function bundle(file: string, folder: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      // With libraries, so that a bundle has the size that bundles have.
      contents: `import { Command } from "commander";
import pg from "pg";
import { parse } from "yaml";
import { handler as inner } from ${JSON.stringify(file)};
const pool = new pg.Pool({ max: 1 });
export async function handler(event) {
  const { rows } = await pool.query("SELECT text FROM settings");
  const settings = parse(rows[0].text);
  return new Command(settings.name).name() === "" ? 0 : await inner(event);
}`,
      resolveDir: new URL("..", import.meta.url).pathname,
    },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["@aws-sdk/*"],
    logLevel: "error",
    write: false,
  });
  await mkdir(folder, { recursive: true });
  const [output] = outputFiles;
  await writeFile(join(folder, "index.js"), output?.contents ?? "");
  return output?.contents.length ?? 0;
}

function sourceOf(index: number): string {
  const parts = [
    `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";

const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const queue = new SQSClient({});

interface Visit { readonly id: string; readonly patient: string; readonly notes: readonly string[] }
`,
  ];
  let count = 0;
  for (let lines = 0; lines < LINES - 40; count += 1) {
    const part = helperOf(index, count);
    parts.push(part);
    lines += part.split("\n").length;
  }
  parts.push(`
export async function handler(event: { readonly Records: readonly { readonly body: string }[] }): Promise<number> {
  let done = 0;
  for (const record of event.Records) {
    const visit = JSON.parse(record.body) as Visit;
${Array.from({ length: count }, (_, at) => `    done += await step${at}(visit, done);`).join("\n")}
  }
  return done;
}
`);
  return parts.join("\n");
}

function helperOf(index: number, at: number): string {
  const command = [
    `await table.send(new GetCommand({ TableName: process.env.VISITS_TABLE, Key: { id: visit.id } }));`,
    `await table.send(new PutCommand({ TableName: process.env.VISITS_TABLE, Item: { id: visit.id, step: ${at} } }));`,
    `await table.send(new QueryCommand({ TableName: process.env.VISITS_TABLE, IndexName: "byPatient" }));`,
    `await queue.send(new SendMessageCommand({ QueueUrl: process.env.NEXT_QUEUE_URL, MessageBody: visit.id }));`,
  ][(index + at) % 4];
  return `
class Step${at} {
  readonly #limit: number;
  readonly #seen = new Map<string, number>();

  constructor(limit = ${(at % 7) + 1}) {
    this.#limit = limit;
  }

  take(visit: Visit): readonly string[] {
    const kept: string[] = [];
    for (const note of visit.notes) {
      const words = note.split(" ").filter((word) => word.length > this.#limit);
      if (words.length === 0) continue;
      const times = (this.#seen.get(words[0] ?? "") ?? 0) + 1;
      this.#seen.set(words[0] ?? "", times);
      kept.push(\`\${words.join(" ")}:\${times}\`);
    }
    return kept;
  }
}

async function step${at}(visit: Visit, done: number): Promise<number> {
  const step = new Step${at}();
  const kept = step.take(visit).map((note) => note.toLowerCase());
  switch (kept.length % 3) {
    case 0:
      return done > 100 ? 0 : 1;
    case 1:
      ${command}
      break;
    default: {
      const { patient, ...rest } = visit;
      const summary = { ...rest, patient: patient.slice(0, 2), kept };
      if (Object.keys(summary).length > 4) return 2;
    }
  }
  return kept.reduce((sum, note) => sum + note.length, 0);
}`;
}

function samTemplate(): string {
  const functions = Array.from(
    { length: FUNCTIONS },
    (_, index) => `
  F${index}:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: esbuild, BuildProperties: { EntryPoints: [functions/f${index}.ts] } }
    Properties:
      CodeUri: .
      Handler: f${index}.handler
      Runtime: nodejs24.x
      Environment: { Variables: { VISITS_TABLE: !Ref Visits, NEXT_QUEUE_URL: !Ref Next } }
      Policies:
        - Statement:
            - { Effect: Allow, Action: "dynamodb:*", Resource: !GetAtt Visits.Arn }
            - { Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt Next.Arn }`,
  );
  return `Transform: AWS::Serverless-2016-10-31
Resources:
  Visits: { Type: AWS::DynamoDB::Table, Properties: { KeySchema: [{ AttributeName: id, KeyType: HASH }] } }
  Next: { Type: AWS::SQS::Queue }${functions.join("")}
`;
}

function cdkTemplate(): object {
  const functions = Array.from({ length: FUNCTIONS }, (_, index) => [
    [
      `F${index}`,
      {
        Type: "AWS::Lambda::Function",
        Properties: {
          Code: {
            S3Bucket: { "Fn::Sub": "cdk-assets-${AWS::AccountId}" },
            S3Key: `${String(index).padStart(64, "0")}.zip`,
          },
          Handler: "index.handler",
          Runtime: "nodejs24.x",
          Role: { "Fn::GetAtt": [`Role${index}`, "Arn"] },
          Environment: { Variables: { VISITS_TABLE: { Ref: "Visits" }, NEXT_QUEUE_URL: { Ref: "Next" } } },
        },
        Metadata: { "aws:asset:path": `asset.${String(index).padStart(64, "0")}`, "aws:asset:property": "Code" },
      },
    ] as const,
    [
      `Role${index}`,
      {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
          },
          Policies: [
            {
              PolicyName: "stores",
              PolicyDocument: {
                Statement: [
                  { Effect: "Allow", Action: "dynamodb:*", Resource: { "Fn::GetAtt": ["Visits", "Arn"] } },
                  { Effect: "Allow", Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["Next", "Arn"] } },
                ],
              },
            },
          ],
        },
      },
    ] as const,
  ]).flat();
  return {
    Resources: {
      Visits: { Type: "AWS::DynamoDB::Table", Properties: { KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] } },
      Next: { Type: "AWS::SQS::Queue" },
      ...Object.fromEntries(functions),
    },
  };
}

function cdkManifest(): object {
  return {
    version: "48.0.0",
    artifacts: {
      Clinic: { type: "aws:cloudformation:stack", properties: { templateFile: "Clinic.template.json" } },
    },
  };
}
