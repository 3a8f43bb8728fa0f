/** Clients of databases: which packages they are, and whether what they are asked for is called after patients. */
import type { ExternalCall } from "../../code/contract.ts";
import { entryOf, textPartsOf, textOf } from "./code-values.ts";
import { isPhiName } from "./field-names.ts";
import { lineagesOf, packageOf, type Lineage } from "./lineage.ts";

const DATABASES =
  /^(?:pg|pg-promise|postgres|@vercel\/postgres|@neondatabase\/serverless|mysql2?|mariadb|mssql|oracledb|knex|sequelize|typeorm|@prisma\/client|drizzle-orm|mongodb|mongoose|redis|ioredis|@redis\/client|data-api-client|@aws-sdk\/client-(?:rds-data|redshift-data|athena|timestream-query|neptunedata)|@opensearch-project\/opensearch|@elastic\/elasticsearch|serverless-mysql|kysely|slonik|@mikro-orm\/core|objection)$/;

/** Mappers over DynamoDB, which name their tables in ways of their own. */
const TABLE_MAPPERS =
  /^(?:dynamoose|electrodb|dynamodb-toolbox|@typedorm\/core|dynamodb-onetable|@aws\/dynamodb-data-mapper|dynamodb-data-types|@shelf\/dynamodb-\w+|ts-dynamodb|dyngoose)$/;

const TABLE_OF_SQL = /\b(?:from|join|into|update|table)\s+[`"[]?(?:\w+[`"\]]?\.[`"[]?)?(\w+)/gi;

export type DatabaseKind = "database" | "tables";

/** Undefined where the call is of no such client. */
export function databaseKind(call: ExternalCall): DatabaseKind | undefined {
  for (const { module } of lineagesOf(call.callee)) {
    const name = packageOf(module);
    if (DATABASES.test(name)) return "database";
    if (TABLE_MAPPERS.test(name)) return "tables";
  }
  return undefined;
}

/** `prisma.patient.findMany()`, `db.collection("patients").find()`, `query("select * from patients")`: the name. */
export function clinicalNameIn(call: ExternalCall): string | undefined {
  for (const lineage of lineagesOf(call.callee)) {
    for (const name of namesIn(lineage, call)) if (isPhiName(name)) return name;
  }
  return undefined;
}

function* namesIn({ members, calls }: Lineage, call: ExternalCall): Generator<string> {
  yield* members.slice(0, -1);
  for (const made of [...calls, call]) {
    for (const argument of made.args) {
      const text = sqlOf(argument);
      for (const [, table = ""] of text.matchAll(TABLE_OF_SQL)) yield table;
      if (made !== call && /^[\w.-]{1,60}$/.test(text)) yield text;
    }
  }
}

function sqlOf(argument: ExternalCall["args"][number]): string {
  const value = entryOf(argument, "text") ?? entryOf(argument, "sql") ?? argument;
  // A tagged template's first argument is the list of its texts.
  if (value.kind === "list") return value.items.map((item) => textOf(item) ?? "").join(" ");
  return textPartsOf(value)
    .map((part) => (typeof part === "string" ? part : " "))
    .join("");
}
