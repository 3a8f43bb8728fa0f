/** What a node tells → one line for a person. Names, counts and codes only; a sender's odd message type is not echoed. */
import type { NodeEvent } from "@ward/platform";
import type { Cli } from "./cli.ts";
import { clockTime } from "./local-time.ts";
import { padTo, printable } from "./text-width.ts";

const MESSAGE_TYPE = /^[A-Z0-9]{3}(\^[A-Z0-9]{3})?$/;

export function printEvent(cli: Cli, event: NodeEvent): void {
  if (cli.json) cli.printJson({ ...event, at: cli.now().toISOString() });
  else if (event.kind === "step") cli.remark(`  ${padTo(event.what, 40)} ${padTo(ms(event.ms), 8, "right")}`, "quiet");
  else if (event.kind === "notice") cli.remark(printable(event.text));
  else cli.print(`${cli.paint("quiet", clockTime(cli.now()))}  ${eventText(cli, event)}`);
}

/** A message's type where it has the form of one. */
export function messageType(type: string): string {
  return MESSAGE_TYPE.test(type) ? type : "(no type)";
}

function eventText(cli: Cli, event: Exclude<NodeEvent, { kind: "step" | "notice" }>): string {
  switch (event.kind) {
    case "request": {
      const style = event.status >= 500 ? "bad" : event.status >= 400 ? "warn" : "good";
      const what = padTo(printable(`${event.method} ${event.route}`), 34);
      return line(cli, what, cli.paint(style, String(event.status)), event.ms, event.trace);
    }
    case "message": {
      const ack = event.condition ? `${event.ack} ${event.condition}` : event.ack;
      const note = event.duplicate ? "already filed" : resourcesText(event.filed ?? {});
      const what = padTo(`${messageType(event.type)}${note ? `  ${note}` : ""}`, 34);
      return line(cli, what, cli.paint(event.ack === "AA" ? "good" : "warn", ack), event.ms, event.trace);
    }
    case "fault": {
      const where = event.at.length > 0 ? ` at ${event.at.join(" < ")}` : "";
      return `${cli.paint("bad", event.name)} in ${event.function}${printable(where)}${cli.paint("quiet", `  ${event.trace}`)}`;
    }
    case "log": {
      const fields = Object.entries(event.fields).map(([name, value]) => ` ${name}=${value}`);
      return `${event.function}: ${printable(event.event + fields.join(""))}${cli.paint("quiet", `  ${event.trace}`)}`;
    }
    case "failure":
      return `${cli.paint("bad", event.code)} in ${printable(event.where)}${event.trace ? cli.paint("quiet", `  ${event.trace}`) : ""}`;
  }
}

/** `1 DiagnosticReport, 8 Observation`, without what is zero. */
export function resourcesText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([type, count]) => `${count} ${type}`)
    .join(", ");
}

function line(cli: Cli, what: string, verdict: string, took: number, trace: string): string {
  return `${what}  ${verdict}  ${ms(took)}  ${cli.paint("quiet", trace)}`;
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
