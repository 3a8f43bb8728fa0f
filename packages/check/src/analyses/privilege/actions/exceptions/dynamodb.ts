/** Requests to DynamoDB that hold others: batches, transactions and statements. */
import type { CodeValue } from "../../../../code/contract.ts";
import { ownEntry } from "../../../../source/own-entry.ts";
import { open, type Spoken } from "../../resources/spoken.ts";
import { field, isWritten } from "../../sdk/code-values.ts";
import { joined, type Request } from "../request.ts";
import { tables } from "../target-arns.ts";
import { NONE, type Exceptions, type Use } from "./use.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html and ql-iam.html */
export const DYNAMODB: Exceptions = {
  BatchExecuteStatement: (request) =>
    request.items("Statements").flatMap((one) => statement(request, one ? field(one, "Statement") : undefined)),
  BatchGetItem: (request) => [{ action: "BatchGetItem", on: keyedTables(request) }],
  BatchWriteItem: (request) => [{ action: "BatchWriteItem", on: keyedTables(request) }],
  DescribeEndpoints: NONE,
  ExecuteStatement: (request) => statement(request, request.value("Statement")),
  ExecuteTransaction: (request) =>
    request.items("TransactStatements").flatMap((one) => statement(request, one ? field(one, "Statement") : undefined)),
  ListTagsOfResource: (request) => [{ action: "ListTagsOfResource", on: tables(request, request.text("ResourceArn")) }],
  TransactGetItems: (request) => transaction(request, { Get: "GetItem" }),
  TransactWriteItems: (request) =>
    transaction(request, {
      Put: "PutItem",
      Update: "UpdateItem",
      Delete: "DeleteItem",
      ConditionCheck: "ConditionCheckItem",
    }),
};

function keyedTables(request: Request): Spoken {
  const names = request
    .keys("RequestItems")
    .map((key): Spoken =>
      key === undefined ? open("which tables it is about is decided at run time") : { texts: [key] },
    );
  const known = names.length === 0 ? open("which tables it is about is decided at run time") : joined(...names);
  // A key that is computed is not kept with its name: the tables that the environment names are those that it may be.
  const named = known.open === undefined ? [] : environmentTables(request);
  return named.length === 0
    ? tables(request, known)
    : { texts: named, open: `${known.open ?? ""}: those of its environment are taken` };
}

function environmentTables({ around: { fn, stack } }: Request): readonly string[] {
  const named = new Set(
    fn
      .at("Environment.Variables")
      .entries()
      .flatMap(([, variable]) => [...variable.references()]),
  );
  return [...named].flatMap((id) => {
    const resource = stack.graph.resource(id);
    return resource && /^AWS::DynamoDB::(Global)?Table$/.test(resource.type) ? [stack.arnOf(resource)] : [];
  });
}

function transaction(request: Request, kinds: Readonly<Record<string, string>>): readonly Use[] {
  const items = request.items("TransactItems");
  const everything = (): readonly Use[] =>
    Object.values(kinds).map((action) => ({
      action,
      on: tables(request, open("its items are put together at run time")),
    }));
  if (items.length === 0) return everything();
  const found = new Map<string, Spoken[]>();
  let isOpen = false;
  for (const item of items) {
    const written = Object.entries(kinds).filter(([kind]) => isWritten(item, kind));
    isOpen ||= written.length === 0;
    for (const [kind, action] of written) {
      const said = request.say(field(field(item, kind), "TableName"));
      found.set(action, [...(found.get(action) ?? []), said]);
    }
  }
  const uses = [...found].map(([action, said]): Use => ({ action, on: tables(request, joined(...said)) }));
  return isOpen ? [...uses, ...everything()] : uses;
}

const PARTIQL: Readonly<Record<string, string>> = {
  SELECT: "PartiQLSelect",
  INSERT: "PartiQLInsert",
  UPDATE: "PartiQLUpdate",
  DELETE: "PartiQLDelete",
  EXISTS: "PartiQLSelect",
};

function statement(request: Request, value: CodeValue | undefined): readonly Use[] {
  const said = request.say(value);
  const texts = said.texts.length === 0 ? ["*"] : said.texts;
  return texts.flatMap((text): readonly Use[] => {
    const verb = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? "";
    const action = ownEntry(PARTIQL, verb);
    const [, table, index] = /(?:from|into|update)\s+"?([^"\s.]+)"?(?:\."?([^"\s.]+)"?)?/i.exec(text) ?? [];
    const named = tables(
      request,
      table === undefined ? open("the statement is put together at run time") : { texts: [table] },
    );
    const on = index === undefined ? named : { ...named, texts: named.texts.map((arn) => `${arn}/index/${index}`) };
    return action === undefined
      ? [...new Set(Object.values(PARTIQL))].map((one) => ({ action: one, on }))
      : [{ action, on }];
  });
}
