import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { positionOf } from "../../source/source-text.ts";
import { toPlain } from "../../graph/plain-value.ts";
import { readUnits } from "../read-unit.ts";

async function read(files: Readonly<Record<string, unknown>>) {
  const texts = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === "string" ? content : JSON.stringify(content, undefined, 2),
    ]),
  );
  const reader = {
    read: (path: string) => texts.get(path),
    list: (folder: string) =>
      [...texts.keys()].filter((path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes("/")),
  };
  const units = await readUnits([...texts.keys()], { parameters: {}, files: reader });
  return { units, problems: units.flatMap(({ graph }) => graph.problems) };
}

const plain = (value: Parameters<typeof toPlain>[0]): unknown => JSON.parse(JSON.stringify(toPlain(value)));

describe("Terraform's JSON syntax", () => {
  it("is read as the native one, beside it in one module, with variables, loops and dynamic blocks", async () => {
    const { units, problems } = await read({
      "app/main.tf.json": {
        "//": "written by a program",
        variable: { keys: { default: { a: "alias/a", b: "alias/b" } }, days: {} },
        locals: { name: "records" },
        resource: {
          aws_sqs_queue: {
            each: {
              "//": {},
              for_each: "${var.keys}",
              name: "${local.name}-${each.key}",
              kms_master_key_id: "${each.value}",
            },
          },
          aws_security_group: {
            open: {
              dynamic: {
                ingress: {
                  for_each: "${[22, 443]}",
                  iterator: "port",
                  content: {
                    from_port: "${port.value}",
                    to_port: "${port.value}",
                    protocol: "tcp",
                    cidr_blocks: ["0.0.0.0/0"],
                  },
                },
              },
            },
          },
          aws_s3_object: { page: { bucket: "b", content: "a page" } },
          aws_cloudwatch_log_group: { log: [{ name: "x", retention_in_days: "${var.days}" }] },
        },
      },
      "app/more.tf": `resource "aws_sqs_queue" "native" {\n  name = "\${local.name}-native"\n}\n`,
      "app/terraform.tfvars.json": { days: 2555 },
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      units.map(({ file, format }) => [file, format]),
      [["app/*.tf", "terraform"]],
    );
    const graph = units[0]?.graph;
    assert.ok(graph);
    assert.deepEqual(
      graph.ofType("AWS::SQS::Queue").map(({ id, properties }) => [id, plain(properties)]),
      [
        ['aws_sqs_queue.each["a"]', { QueueName: "records-a", KmsMasterKeyId: "alias/a" }],
        ['aws_sqs_queue.each["b"]', { QueueName: "records-b", KmsMasterKeyId: "alias/b" }],
        ["aws_sqs_queue.native", { QueueName: "records-native" }],
      ].map(([id, properties]) => [id, properties]),
    );
    const [group] = graph.ofType("AWS::EC2::SecurityGroup");
    assert.deepEqual(
      group
        ?.at("SecurityGroupIngress")
        .items()
        .map((rule) => rule.at("FromPort").number()),
      [22, 443],
    );
    const [log] = graph.ofType("AWS::Logs::LogGroup");
    assert.equal(log?.at("RetentionInDays").number(), 2555);
  });

  it("names the line of each argument, and reads the modules that it calls once", async () => {
    const { units } = await read({
      "app/main.tf.json": { module: { store: { source: "./store", key: "alias/x" } } },
      "app/store/main.tf.json": {
        variable: { key: {} },
        resource: { aws_sqs_queue: { q: { kms_master_key_id: "${var.key}" } } },
      },
    });
    assert.equal(units.length, 1);
    const [queue] = units[0]?.graph.ofType("AWS::SQS::Queue") ?? [];
    assert.equal(queue?.id, "module.store.aws_sqs_queue.q");
    assert.ok(queue.at("KmsMasterKeyId").equals("alias/x").outcome === "pass");
    const { file, line } = positionOf(queue.spot);
    assert.deepEqual([file, line], ["app/store/main.tf.json", 7]);
  });

  it("says where an expression or the JSON is broken, and reads the rest", async () => {
    const { units, problems } = await read({
      "app/main.tf.json": { resource: { aws_sqs_queue: { q: { name: "${a +}", fifo_queue: true }, none: 3 } } },
    });
    assert.equal(problems.length, 2);
    assert.equal(units[0]?.graph.ofType("AWS::SQS::Queue")[0]?.at("FifoQueue").isTrue().outcome, "pass");
    const broken = await read({ "app/main.tf.json": `{ "resource": { "aws_sqs_queue": ` });
    assert.equal(broken.problems.length, 1);
  });
});
