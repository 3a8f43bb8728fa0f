import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { killIfThere } from "../processes.ts";
import { openHospital, type Hospital } from "./hospital.ts";
import { createLaboratory, sendOnce } from "./laboratory.ts";
import { answerAgain, holdAt, STEPS } from "./steps.ts";

describe("kill -9 of the functions' processes", () => {
  let hospital: Hospital;
  const nextMessage = createLaboratory("FUNCLAB");
  before(async () => {
    hospital = await openHospital();
  });
  after(() => hospital.close());

  for (const step of STEPS) {
    it(`at ${step.name}`, async (context) => {
      const message = nextMessage();
      const filed = await hospital.countFiled();
      const hold = await holdAt(hospital.database, step);
      context.after(hold.letGo);
      const answer = sendOnce(hospital.ward, message);
      await hold.reached();
      const processes = hospital.functionProcesses();
      assert.ok(processes.length > 0, "a function runs");
      for (const pid of processes) killIfThere(pid);
      await hold.letGo();
      if (step.untilDurable) await answerAgain(hospital.database);
      await hospital.checkFiledOnce(message, filed, (await answer) === "AA");
    });
  }

  it("leaves nothing undone", () => hospital.checkSettled());
});
