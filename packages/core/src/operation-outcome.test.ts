import assert from "node:assert/strict";
import { test } from "node:test";
import { WardError } from "./errors.ts";
import { outcomeOf } from "./operation-outcome.ts";

test("an issue names the element by FHIRPath and what is wrong with it", () => {
  const error = new WardError("invalid-resource", {
    issues: ["Patient.name[0].family: format", "Observation: obs-7", "Bundle.entry[2].resource.status: required"],
  });
  assert.deepEqual(
    outcomeOf(error).issue.map(({ code, expression }) => [code, expression]),
    [
      ["value", ["Patient.name[0].family"]],
      ["invariant", ["Observation"]],
      ["required", ["Bundle.entry[2].resource.status"]],
    ],
  );
});

test("of an error's detail only names, codes and limits are told", () => {
  const error = new WardError("unsupported", {
    parameter: "family",
    reason: "modifier",
    id: "SB4471902",
    type: "Okafor, Amara",
    limitValues: 50,
    entry: 3,
  });
  const [issue] = outcomeOf(error, "0af7").issue;
  assert.equal(issue?.diagnostics, "code unsupported, parameter family, reason modifier, limitValues 50, trace 0af7");
  assert.deepEqual(issue.expression, ["Bundle.entry[3]"]);
  assert.equal(issue.code, "not-supported");
});
