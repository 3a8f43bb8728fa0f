/**
 * OBR groups → DiagnosticReports. A report is known by its filler order number (OBR-3), so that a later message about
 * the same order finds what it corrects. A child order, as the susceptibilities of one organism, joins its parent's
 * report.
 */
import type { DiagnosticReport, Identifier, Observation, Patient, Reference } from "@ward/sdk/fhir";
import { toFhirInstant, type Hl7Message, type Observed, type OrderResults } from "@ward/sdk/hl7";
import { readEncapsulatedData } from "./attachment.ts";
import { readConcept, reportStatus } from "./codes.ts";
import { headerText, systemOf } from "./identifiers.ts";
import { noteText } from "./observation.ts";
import { textOf } from "./text.ts";

/** The orders of one report: the parent first, its children after it. */
export interface ReportGroup {
  readonly identifier: Identifier;
  /** False where the sender gave the order no number: then no later message can mean this report. */
  readonly isNumbered: boolean;
  readonly orders: readonly [OrderResults, ...OrderResults[]];
}

export function groupReports(orders: readonly OrderResults[], message: Hl7Message, sender: string): ReportGroup[] {
  const groups = new Map<OrderResults, [OrderResults, ...OrderResults[]]>();
  for (const order of orders) {
    const root = rootOf(order);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [order]);
    else group.push(order);
  }
  return [...groups.values()].map((group, index) => {
    const number = orderNumber(group[0], sender);
    const place = { system: systemOf("message", sender), value: `${message.header.controlId}/${index + 1}` };
    return { identifier: number ?? place, isNumbered: number !== undefined, orders: group };
  });
}

export interface ReportContext {
  readonly message: Hl7Message;
  readonly sender: string;
  readonly subject: Reference<Patient>;
  /** In the order of the message. */
  readonly results: readonly Reference<Observation>[];
  /** The report as an earlier message left it. */
  readonly earlier?: DiagnosticReport;
}

export function toDiagnosticReport(group: ReportGroup, context: ReportContext): DiagnosticReport {
  const [{ request, notes }] = group.orders;
  const { sender, message, earlier } = context;
  const category = readConcept(request, 24, sender)?.coding?.[0]?.code;
  const effectiveDateTime = request.dateTime("7");
  const issued = issuedAt(group, message);
  const conclusion = notes.flatMap(noteText).join("\n");
  const performer = headerText(message, "4.1") ?? headerText(message, "3.1");
  const specimen = group.orders.flatMap(({ specimens }) => specimens).flatMap((spm) => textOf(spm, "4.2") ?? []);
  const presentedForm = observedOf(group).flatMap(({ obx }) =>
    isDocument(obx) ? (readEncapsulatedData(obx) ?? []) : [],
  );
  const results = mergeResults(earlier?.result ?? [], context.results);
  return {
    resourceType: "DiagnosticReport",
    ...(earlier?.id === undefined ? {} : { id: earlier.id }),
    identifier: [group.identifier],
    status: statusOf(group, earlier),
    ...(category === undefined
      ? {}
      : { category: [{ coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0074", code: category }] }] }),
    code: readConcept(request, 4, sender) ?? { text: "Laboratory report" },
    subject: context.subject,
    ...(effectiveDateTime === undefined ? {} : { effectiveDateTime }),
    ...(issued === undefined ? {} : { issued }),
    ...(performer === undefined ? {} : { performer: [{ display: performer }] }),
    ...(specimen.length === 0 ? {} : { specimen: specimen.map((display) => ({ display })) }),
    ...(results.length === 0 ? {} : { result: results }),
    ...(conclusion === "" ? {} : { conclusion }),
    ...(presentedForm.length === 0 ? {} : { presentedForm }),
  };
}

/** When the laboratory released this state of the report: OBR-22, or the message's own time. */
export function issuedAt(group: ReportGroup, message: Hl7Message): string | undefined {
  return toFhirInstant(textOf(group.orders[0].request, "22") ?? "") ?? toFhirInstant(message.header.dateTime);
}

export function observedOf(group: ReportGroup): readonly Observed[] {
  return group.orders.flatMap(({ observations }) => observations);
}

/** R4 has no attachment value: what is a document belongs to the report. */
export function isDocument(obx: Observed["obx"]): boolean {
  return textOf(obx, "2") === "ED";
}

function rootOf(order: OrderResults): OrderResults {
  return order.parent?.order === undefined ? order : rootOf(order.parent.order);
}

/** EI in OBR-3, or OBR-2 without it: number, and who gave it. */
function orderNumber({ request }: OrderResults, sender: string): Identifier | undefined {
  for (const field of [3, 2]) {
    const value = textOf(request, `${field}.1`);
    if (value !== undefined) return { system: systemOf("order", textOf(request, `${field}.2`) ?? sender), value };
  }
  return undefined;
}

const FINISHED: readonly DiagnosticReport["status"][] = ["final", "amended", "corrected", "appended"];

/** A report that was final and is sent again has been amended, also where the laboratory does not say so. */
function statusOf(group: ReportGroup, earlier: DiagnosticReport | undefined): DiagnosticReport["status"] {
  const hasCorrection = observedOf(group).some(({ obx }) => textOf(obx, "11") === "C");
  const status = reportStatus(group.orders[0].request) ?? statusOfResults(group);
  if (earlier === undefined || !FINISHED.includes(earlier.status) || status !== "final") return status;
  return hasCorrection ? "corrected" : "amended";
}

function statusOfResults(group: ReportGroup): DiagnosticReport["status"] {
  const statuses = new Set(observedOf(group).map(({ obx }) => textOf(obx, "11")));
  if (statuses.size === 1 && statuses.has("F")) return "final";
  return statuses.has("P") ? "preliminary" : "unknown";
}

/** Earlier results that the message does not mention stay; a laboratory withdraws a result by saying so. */
function mergeResults(
  earlier: readonly Reference<Observation>[],
  results: readonly Reference<Observation>[],
): Reference<Observation>[] {
  const mentioned = new Set(results.map(({ identifier }) => identifier?.value));
  return [...results, ...earlier.filter(({ identifier }) => !mentioned.has(identifier?.value))];
}
