import { after, before, it } from "node:test";
import { randomInt } from "node:crypto";
import { descendants, killIfThere } from "../processes.ts";
import { openHospital, type Hospital } from "./hospital.ts";
import { createLaboratory, sendUntilAccepted, type LabMessage } from "./laboratory.ts";

const ROUNDS = 10;
const SENDERS = 4;
const MESSAGES_A_SENDER = 5;
/** About as long as the round's messages take. */
const KILLED_WITHIN_MS = 400;

let hospital: Hospital;
before(async () => {
  hospital = await openHospital();
});
after(() => hospital.close());

/** What dies, by turns. Answers whether the node lives. */
const VICTIMS: readonly (readonly [string, (hospital: Hospital) => "lives" | "dies"])[] = [
  ["the node", () => "dies"],
  [
    "the postmaster",
    ({ postmaster }) => {
      process.kill(postmaster, "SIGKILL");
      return "lives";
    },
  ],
  ["every function", ({ functionProcesses }) => killEach(functionProcesses())],
  ["every process that confines functions", ({ confiningProcesses }) => killEach(confiningProcesses())],
  [
    "any one process below the node",
    ({ ward }) => {
      const below = descendants(ward.pid);
      return killEach(
        below
          .slice(randomInt(below.length))
          .slice(0, 1)
          .map(({ pid }) => pid),
      );
    },
  ],
];

function killEach(pids: readonly number[]): "lives" {
  for (const pid of pids) killIfThere(pid);
  return "lives";
}

for (let round = 0; round < ROUNDS; round += 1) {
  const [victim, kill] = VICTIMS[round % VICTIMS.length] ?? ["nothing", () => "lives" as const];
  it(`files everything once that ${SENDERS} laboratories send while ${victim} is killed (${round + 1})`, async (context) => {
    const killedAfterMs = randomInt(KILLED_WITHIN_MS);
    context.diagnostic(`killed after ${killedAfterMs} ms`);
    const filed = await hospital.countFiled();
    const senders = Array.from({ length: SENDERS }, async (_, sender) => {
      const nextMessage = createLaboratory(`R${round}S${sender}`);
      for (let sent = 0; sent < MESSAGES_A_SENDER; sent += 1) await sendPatiently(nextMessage());
    });
    const all = Promise.all(senders);
    all.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, killedAfterMs));
    if (kill(hospital) === "dies") await hospital.killNode();
    await all;
    await hospital.checkFiled(filed, SENDERS * MESSAGES_A_SENDER);
    await hospital.checkSettled();
  });
}

/** A laboratory that also outlives the node it sends to. */
async function sendPatiently(message: LabMessage): Promise<void> {
  for (;;) {
    const ward = hospital.ward;
    try {
      await sendUntilAccepted(ward, message);
      return;
    } catch (error) {
      if (ward.isRunning() && hospital.ward === ward) throw error;
      await hospital.untilRestarted(ward);
    }
  }
}
