import { after, before, describe, it } from "node:test";
import { openHospital, type Hospital } from "./hospital.ts";
import { createLaboratory, sendOnce } from "./laboratory.ts";
import { holdAt, STEPS } from "./steps.ts";

describe("kill -9 of the node", () => {
  let hospital: Hospital;
  const nextMessage = createLaboratory("NODELAB");
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
      await hospital.ward.end("SIGKILL");
      await hold.letGo();
      const wasAccepted = (await answer) === "AA";
      await hospital.restart();
      await hospital.checkFiledOnce(message, filed, wasAccepted);
      await hospital.checkDelivered();
    });
  }

  it("leaves nothing undone", () => hospital.checkSettled());
});
