/** Data sources whose answer is known without asking AWS: policy documents, and what an account or region looks like. */
import { Property } from "../../graph/property.ts";
import { fromPlain } from "../../graph/plain-value.ts";
import { list, map, scalar, unknownValue, type MapValue, type Unknown, type Value } from "../../graph/value.ts";
import type { Spot } from "../../source/source-text.ts";

export function dataValue(type: string, name: string, body: MapValue, region: string | undefined, spot: Spot): Value {
  switch (type) {
    case "aws_iam_policy_document":
      return map(
        [
          ["json", policyJson(body, spot)],
          ["minified_json", policyJson(body, spot)],
        ],
        spot,
      );
    case "aws_caller_identity":
      return map(
        [["account_id", like("the account it is deployed to", "123456789012", spot)]],
        spot,
        `what data.${type}.${name} finds at deployment`,
      );
    case "aws_region": {
      const value =
        region === undefined ? like("the region it is deployed to", "us-east-1", spot) : scalar(region, spot);
      return map(
        [
          ["name", value],
          ["id", value],
          ["region", value],
        ],
        spot,
      );
    }
    case "aws_partition":
      return map(
        [
          ["partition", scalar("aws", spot)],
          ["dns_suffix", scalar("amazonaws.com", spot)],
        ],
        spot,
      );
    default:
      return unknownValue(`what data.${type}.${name} finds at deployment`, spot);
  }
}

/** The statements of an `aws_iam_policy_document` as the policy that it makes. */
function policyJson(body: MapValue, spot: Spot): Value {
  const document = new Property(body, "");
  const own = document.at("statement");
  const made = own.items().map((statement) => statementOf(statement));
  const sources = ["source_policy_documents", "override_policy_documents", "source_json", "override_json"].flatMap(
    (name) => document.at(name).items(),
  );
  const inherited = sources.flatMap((source) =>
    source
      .at("Statement")
      .items()
      .map(({ value }) => value),
  );
  const open = own.value.kind === "list" ? own.value.open : undefined;
  const hidden = sources.find((source) => source.value.kind !== "map");
  const reason = open ?? (hidden ? "a policy document that is given from elsewhere" : undefined);
  return map(
    [
      ["Version", scalar("2012-10-17", spot)],
      ["Statement", list([...inherited, ...made], spot, reason)],
    ],
    spot,
  );
}

function statementOf(statement: Property): Value {
  const effect = statement.at("effect");
  const take = (from: string, to: string) =>
    statement.at(from).isAbsent ? [] : [[to, statement.at(from).value] as const];
  return map(
    [
      ["Effect", effect.isAbsent ? scalar("Allow", statement.spot) : effect.value],
      ...take("sid", "Sid"),
      ...take("actions", "Action"),
      ...take("not_actions", "NotAction"),
      ...take("resources", "Resource"),
      ...take("not_resources", "NotResource"),
      ...principals(statement, "principals", "Principal"),
      ...principals(statement, "not_principals", "NotPrincipal"),
      ...conditions(statement),
    ],
    statement.spot,
  );
}

function principals(statement: Property, from: string, to: string): readonly (readonly [string, Value])[] {
  const blocks = statement.at(from).items();
  if (blocks.length === 0) return [];
  const entries = blocks.map((block) => [block.at("type").text() ?? "AWS", block.at("identifiers").value] as const);
  // `type = "*"` is a bare "*".
  if (entries.some(([type]) => type === "*")) return [[to, scalar("*", statement.spot)]];
  const byType = Map.groupBy(entries, ([type]) => type);
  return [
    [
      to,
      map(
        [...byType].map(
          ([type, same]) =>
            [
              type,
              joined(
                same.map(([, value]) => value),
                statement.spot,
              ),
            ] as const,
        ),
        statement.spot,
      ),
    ],
  ];
}

function conditions(statement: Property): readonly (readonly [string, Value])[] {
  const blocks = statement.at("condition").items();
  if (blocks.length === 0) return [];
  const byTest = Map.groupBy(blocks, (block) => block.at("test").text() ?? "");
  const plain = Object.fromEntries(
    [...byTest].map(([test, same]) => [
      test,
      fromPlain(
        Object.fromEntries(same.map((block) => [block.at("variable").text() ?? "", block.at("values").value])),
        statement.spot,
      ),
    ]),
  );
  return [["Condition", fromPlain(plain, statement.spot)]];
}

function joined(values: readonly Value[], spot: Spot): Value {
  const [only] = values;
  if (values.length === 1 && only) return only;
  return list(
    values.flatMap((value) => (value.kind === "list" ? value.items : [value])),
    spot,
  );
}

function like(reason: string, sample: string, spot: Spot): Unknown {
  return { kind: "unknown", reason, present: true, sample, spot };
}
