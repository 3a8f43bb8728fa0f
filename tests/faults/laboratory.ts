/**
 * A laboratory as the standard wants it: it keeps a message and sends it again until it hears AA. Its orders have no
 * number, so that a message that were filed twice would leave two reports, not one that was updated.
 */
import type { WardProcess } from "../ward-process.ts";

export interface LabMessage {
  readonly controlId: string;
  readonly text: string;
}

export function createLaboratory(name: string): () => LabMessage {
  let serial = 0;
  return () => {
    serial += 1;
    const controlId = `${name}${String(serial).padStart(6, "0")}`;
    const code = "41653-7^Glucose [Mass/volume] in Capillary blood by Glucometer^LN";
    const segments = [
      `MSH|^~\\&|${name}|${name} PATHOLOGY|WARD|ST BRIGID HOSPITAL|20260302151207-0500||ORU^R01^ORU_R01|${controlId}|P|2.5.1`,
      `PID|1||${controlId}^^^ST BRIGID^MR||Wrenfield^Odile||19610518|F`,
      `OBR|1|||${code}|||202603021410-0500||||||||||||||||||F`,
      `OBX|1|NM|${code}||112|mg/dL|70-99|H|||F`,
      `OBX|2|TX|8251-1^Service comment^LN||Taken after breakfast||||||F`,
    ];
    return { controlId, text: segments.map((segment) => `${segment}\r`).join("") };
  };
}

/** The answer's code and condition; undefined where none came. */
export async function sendOnce(ward: WardProcess, message: LabMessage): Promise<string | undefined> {
  try {
    const [ack] = await ward.send([message.text]);
    return ack === undefined ? undefined : [ack.code, ack.condition].filter((part) => part !== undefined).join(" ");
  } catch {
    return undefined;
  }
}

/** Answers everything that it heard, the AA last. */
export async function sendUntilAccepted(
  ward: WardProcess,
  message: LabMessage,
  patienceMs = 30_000,
): Promise<readonly string[]> {
  const heard: string[] = [];
  const end = Date.now() + patienceMs;
  for (;;) {
    const answer = (await sendOnce(ward, message)) ?? "nothing";
    heard.push(answer);
    if (answer === "AA") return heard;
    if (!ward.isRunning()) throw new Error(`the node ended by itself: ${ward.stderr()}`);
    if (Date.now() > end) throw new Error(`${message.controlId} was never accepted: ${heard.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
