import assert from "node:assert/strict";
import { test } from "node:test";
import { readConnectionTarget } from "./connection-options.ts";

test("verifies the server's certificate and name wherever the connection leaves the machine", () => {
  for (const query of ["", "?sslmode=require", "?sslmode=verify-ca", "?sslmode=verify-full"]) {
    const { ssl, host, port } = readConnectionTarget({
      connectionString: `postgres://u:p@db.example.org:6432/ward${query}`,
    });
    assert.ok(ssl && ssl.rejectUnauthorized === true);
    assert.deepEqual([host, port], ["db.example.org", 6432]);
  }
  assert.ok(readConnectionTarget({ host: "db.example.org", user: "u", database: "d" }).ssl);
});

test("refuses modes that would send records in the clear or to anybody", () => {
  for (const mode of ["disable", "allow", "prefer", "no-verify"]) {
    assert.throws(
      () => readConnectionTarget({ connectionString: `postgres://u:secret@10.0.0.5/ward?sslmode=${mode}` }),
      (error: { code: string; detail: object }) => {
        assert.equal(error.code, "startup-failed");
        assert.doesNotMatch(JSON.stringify(error.detail), /secret/);
        return true;
      },
    );
  }
});

test("is plain on loopback and sockets only, unless told otherwise", () => {
  for (const url of [
    "postgres://u@localhost/ward",
    "postgres://u@127.0.0.1/ward",
    "postgres://u@[::1]/ward",
    "postgres://u@%2Frun%2Fpostgresql/ward",
    "postgres://u@/ward?host=/run/postgresql",
  ]) {
    assert.equal(readConnectionTarget({ connectionString: url }).ssl, false, url);
  }
  assert.ok(readConnectionTarget({ connectionString: "postgres://u@localhost/ward?sslmode=verify-full" }).ssl);
  for (const host of ["127.0.0.1.evil.example", "localhost.evil.example", "128.0.0.1"]) {
    assert.ok(readConnectionTarget({ connectionString: `postgres://u@${host}/ward` }).ssl, host);
  }
});

test("reads socket directories, escapes and defaults", () => {
  assert.deepEqual(readConnectionTarget({ connectionString: "postgresql://u%40x:p%2Fw@%2Frun%2Fpg/my%20db" }), {
    host: "/run/pg",
    port: 5432,
    user: "u@x",
    password: "p/w",
    database: "my db",
    ssl: false,
  });
});

test("refuses what is no PostgreSQL URL, without quoting it", () => {
  for (const text of ["mysql://u:secret@h/d", "u:secret@h", ""]) {
    assert.throws(
      () => readConnectionTarget({ connectionString: text }),
      (error: { code: string; detail: object }) =>
        error.code === "startup-failed" && !/secret/.test(JSON.stringify(error.detail)),
    );
  }
});
