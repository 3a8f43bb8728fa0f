/** The formats of a report by their names; each is loaded when it is asked for. */
import type { Report } from "./report.ts";
import type { TextOptions } from "./text-report.ts";

export const FORMATS = ["text", "json", "sarif", "junit", "html", "oscal"] as const;
export type Format = (typeof FORMATS)[number];

export async function formatReport(report: Report, format: Format, options: TextOptions): Promise<string> {
  switch (format) {
    case "text":
      return (await import("./text-report.ts")).formatText(report, options);
    case "json":
      return JSON.stringify(report, undefined, 2);
    case "sarif":
      return (await import("./sarif-report.ts")).formatSarif(report);
    case "junit":
      return (await import("./junit-report.ts")).formatJunit(report);
    case "html":
      return (await import("./html-report.ts")).formatHtml(report);
    case "oscal":
      return (await import("./oscal-report.ts")).formatOscal(report);
  }
}
