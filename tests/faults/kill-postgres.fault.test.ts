import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { openHospital, type Hospital } from "./hospital.ts";
import { createLaboratory, sendOnce } from "./laboratory.ts";
import { witnessDeath } from "./state-database.ts";
import { answerAgain, holdAt, STEPS } from "./steps.ts";

/** What is killed, given the pid of the database's process that hangs at the step. */
const VICTIMS: Readonly<Record<string, (hospital: Hospital, pid: number) => Promise<void>>> = {
  async "the postmaster"({ database, postmaster }) {
    const death = await witnessDeath(database);
    process.kill(postmaster, "SIGKILL");
    await death.seen;
  },
  // The others must then end too, because what they share may be damaged.
  async "the database's process at work"({ database }, pid) {
    const death = await witnessDeath(database);
    process.kill(pid, "SIGKILL");
    await death.seen;
  },
  async "the one connection at work"({ database }, pid) {
    await database.query("select pg_terminate_backend($1)", [pid]);
  },
};

describe("PostgreSQL dies and the node lives on", () => {
  let hospital: Hospital;
  const nextMessage = createLaboratory("DATALAB");
  before(async () => {
    hospital = await openHospital();
  });
  after(() => hospital.close());
  // One node that ended must not fail the tests that follow.
  beforeEach(async () => {
    if (!hospital.ward.isRunning()) await hospital.restart();
  });

  for (const [victim, kill] of Object.entries(VICTIMS)) {
    describe(victim, () => {
      after(() => hospital.checkSettled());

      for (const [at, step] of STEPS.entries()) {
        it(`at ${step.name}`, async (context) => {
          // A server that dies more than five times in a minute is given up by its node.
          if (at > 0 && at % 5 === 0 && victim === "the postmaster") await hospital.renew();
          const message = nextMessage();
          const filed = await hospital.countFiled();
          const hold = await holdAt(hospital.database, step);
          context.after(hold.letGo);
          const answer = sendOnce(hospital.ward, message);
          await kill(hospital, await hold.reached());
          await hold.letGo();
          if (step.untilDurable) await answerAgain(hospital.database);
          const wasAccepted = (await answer) === "AA";
          await hospital.checkFiledOnce(message, filed, wasAccepted);
          // A delivery that is disturbed step after step would wait longer and longer for its next try.
          await hospital.checkDelivered();
          assert.ok(hospital.ward.isRunning(), hospital.ward.stderr());
          assert.doesNotMatch(hospital.ward.stderr(), /error|at .*:\d+:\d+/i, hospital.ward.stderr());
        });
      }
    });
  }
});
