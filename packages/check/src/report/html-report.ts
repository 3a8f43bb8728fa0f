/** The report as one HTML file without script and without anything from elsewhere, for mail, archives and printing. */
import { escapeMarkup as text } from "./markup.ts";
import { count } from "./outcome.ts";
import type { Report, ReportedFinding, ReportedResource, ReportedRule } from "./report.ts";
import { negated } from "./text-report.ts";

const ORDER = { critical: 0, high: 1, medium: 2, low: 3 } as const;
const STYLE = `
:root{color-scheme:light dark;--ink:#1c2530;--paper:#fff;--quiet:#5b6776;--line:#d8dee6;--bad:#b3261e;--warn:#8a5a00;--good:#1b6e3a;--panel:#f5f7fa;--focus:#1a5fb4}
@media(prefers-color-scheme:dark){:root{--ink:#e6ebf1;--paper:#14181d;--quiet:#9aa6b4;--line:#313a45;--bad:#ff8a80;--warn:#ffcc66;--good:#7fd8a0;--panel:#1c2229;--focus:#78aeed}}
*{box-sizing:border-box}body{margin:0 auto;max-width:72rem;padding:2rem 1.25rem 4rem;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{font-size:1.7rem;margin:0 0 .25rem}h2{font-size:1.25rem;margin:2.5rem 0 .75rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}h3{font-size:1rem;margin:1.5rem 0 .4rem}
.quiet{color:var(--quiet)}.cards{display:flex;flex-wrap:wrap;gap:.75rem;margin:1.25rem 0}.card{border:1px solid var(--line);border-radius:.5rem;padding:.6rem 1rem;min-width:7rem}
.card b{display:block;font-size:1.5rem;line-height:1.2}details{border:1px solid var(--line);border-radius:.5rem;margin:.4rem 0}summary{cursor:pointer;padding:.55rem .8rem}
details>div{padding:0 .8rem .8rem}.badge{display:inline-block;min-width:4.6rem;font-size:.8rem;font-weight:600}.critical,.high,.fails{color:var(--bad)}.medium,.unknown{color:var(--warn)}.low,.silent{color:var(--quiet)}.holds{color:var(--good)}
pre{background:var(--panel);padding:.75rem;border-radius:.4rem;overflow:auto;font-size:.85rem}code{font-size:.9em}table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:break-word}th,td:nth-child(3){white-space:nowrap}table.text td:nth-child(3){white-space:normal}
a{color:inherit}summary:focus-visible,a:focus-visible{outline:3px solid var(--focus);outline-offset:2px}h2,h3,p,li{overflow-wrap:anywhere}h2 .quiet,h3 .quiet{font-weight:400;font-size:.9em}.scroll{overflow-x:auto}
nav ul{columns:2 22rem;padding-left:1.2rem}.verdict{font-weight:600}@media print{details::details-content{content-visibility:visible;display:block}details{break-inside:avoid}}`;

export function formatHtml(report: Report): string {
  const { summary, outcome } = report;
  const { bySeverity: by } = summary;
  const rules = new Map(report.rules.map((rule) => [rule.id, rule]));
  const cards = [
    ["critical", by.critical],
    ["high", by.high],
    ["medium", by.medium],
    ["low", by.low],
    ["undecided", summary.unknown],
    ["hold", summary.pass],
    ["waived", summary.waived],
    ["known", summary.known],
  ] as const;
  const verdict =
    outcome.exitCode === 0
      ? '<p class="verdict holds">Passes.</p>'
      : `<p class="verdict fails">${outcome.exitCode === 1 ? "Fails" : "Not whole"}: ${text(outcome.reasons.join("; "))}.</p>`;
  const body = [
    `<h1>${summary.fail === 0 ? "Nothing fails" : `${count(summary.fail, "finding")}`}</h1>`,
    `<p class="quiet">ward check, ${text(report.at)}: ${count(summary.rules, "rule")} over ${count(summary.resources, "resource")} in ${count(summary.inputs, "input")}</p>`,
    verdict,
    `<div class="cards">${cards.map(([name, number]) => `<div class="card"><b${number > 0 ? ` class="${name}"` : ""}>${number}</b>${name}</div>`).join("")}</div>`,
    contentsOf(report),
    ...problemsOf(report),
    ...report.units.map(({ file, format, resources }, index) => unitOf(index, file, format, resources, rules)),
    ...undecidedOf(report, rules),
    ...waiversOf(report),
    ...report.frameworks.map(frameworkOf),
  ];
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>ward check</title><style>${STYLE}</style></head><body><main>${body.join("\n")}</main></body></html>\n`;
}

function contentsOf({ units, frameworks }: Report): string {
  const inputs = units.flatMap(({ file, resources }, index) => {
    const open = resources.flatMap(({ findings }) => findings.filter(isOpen)).length;
    return open === 0
      ? []
      : [`<li><a href="#input-${index}">${text(file)}</a> <span class="quiet">${open}</span></li>`];
  });
  const law = frameworks.map(({ id, title }) => `<li><a href="#framework-${text(id)}">${text(title)}</a></li>`);
  return `<nav aria-label="Contents"><ul>${[...(units.length > 1 ? inputs : []), ...law].join("")}</ul></nav>`;
}

function isOpen({ kind, state }: ReportedFinding): boolean {
  return (kind === "fail" || kind === "error") && state === "open";
}

function problemsOf({ problems }: Report): readonly string[] {
  if (problems.length === 0) return [];
  const rows = problems.map(
    ({ file, line, column, message }) => `<li><code>${text(file)}:${line}:${column}</code> ${text(message)}</li>`,
  );
  return [`<h2 class="fails">Could not be read</h2><ul>${rows.join("")}</ul>`];
}

function unitOf(
  index: number,
  file: string,
  format: string,
  resources: readonly ReportedResource[],
  rules: ReadonlyMap<string, ReportedRule>,
): string {
  const shown = resources.flatMap((resource) => {
    const open = resource.findings.filter(isOpen).toSorted((one, other) => ORDER[one.severity] - ORDER[other.severity]);
    if (open.length === 0) return [];
    const head = `<h3>${text(resource.name)} <span class="quiet">${text(resource.type)}, line ${resource.line}</span></h3>`;
    return [head, ...open.map((finding) => findingOf(finding, rules.get(finding.rule)))];
  });
  const inner = shown.length === 0 ? '<p class="holds">Nothing fails.</p>' : shown.join("\n");
  return `<h2 id="input-${index}">${text(file)} <span class="quiet">${text(format)}</span></h2>${inner}`;
}

function findingOf(finding: ReportedFinding, rule: ReportedRule | undefined): string {
  const law =
    rule?.citations
      .map(({ framework, requirement, bearing }) => `${framework} ${requirement} (${bearing})`)
      .join("; ") ?? "";
  const more = rule
    ? `<p>${text(rule.why)}</p><p><b>Mend:</b> ${text(rule.remedy)}</p><pre>${text(finding.mend ?? rule.snippet)}</pre><p class="quiet">${text(law)}</p>`
    : "";
  return `<details><summary><span class="badge ${finding.severity}">${finding.severity}</span> ${text(finding.kind === "error" ? "The rule broke" : negated(rule?.title ?? finding.rule))} <span class="quiet"><code>${text(finding.rule)}</code></span></summary><div><p><b>Seen:</b> ${text(finding.because)} <span class="quiet">${text(finding.file)}:${finding.line}:${finding.column}</span></p>${ways(finding)}${more}</div></details>`;
}

function ways({ steps = [] }: ReportedFinding): string {
  if (steps.length === 0) return "";
  const items = steps.map(
    (step) => `<li>${text(step.text)} <span class="quiet">${text(step.file)}:${step.line}</span></li>`,
  );
  return `<p><b>Way:</b></p><ol>${items.join("")}</ol>`;
}

function undecidedOf(report: Report, rules: ReadonlyMap<string, ReportedRule>): readonly string[] {
  const rows = report.units.flatMap(({ resources }) =>
    resources.flatMap((resource) =>
      resource.findings
        .filter(({ kind }) => kind === "unknown")
        .map(
          (one) =>
            `<tr><td>${text(resource.name)}</td><td>${text(rules.get(one.rule)?.title ?? one.rule)}</td><td>${text(one.because)}</td></tr>`,
        ),
    ),
  );
  if (rows.length === 0) return [];
  return [
    `<h2>Not decided</h2><div class="scroll"><table class="text"><thead><tr><th scope="col">Resource</th><th scope="col">Fact</th><th scope="col">Depends on</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`,
  ];
}

function waiversOf({ waivers }: Report): readonly string[] {
  if (waivers.length === 0) return [];
  const rows = waivers.map(
    (one) =>
      `<tr><td class="${one.state === "holds" ? "holds" : "fails"}">${one.state}</td><td><code>${text(one.rule)}</code> on ${text(one.resource ?? "all")}</td><td>${text(one.owner)}</td><td>${text(one.expires)}</td><td>${text(one.reason)} <span class="quiet">${text(one.source)}</span></td></tr>`,
  );
  return [
    `<h2>Waivers</h2><div class="scroll"><table><thead><tr><th scope="col">State</th><th scope="col">What</th><th scope="col">Owner</th><th scope="col">Until</th><th scope="col">Reason</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`,
  ];
}

function frameworkOf({ id, title, source, requirements }: Report["frameworks"][number]): string {
  const rows = requirements.map(
    (one) =>
      `<tr><td>${text(one.id)}</td><td>${text(one.title)} <span class="quiet">${one.bearing}</span></td><td class="${one.state}">${one.state}</td><td>${one.pass} / ${one.fail} / ${one.unknown}</td><td class="quiet">${text(one.beyond)}</td></tr>`,
  );
  return `<h2 id="framework-${text(id)}">${text(title)} <span class="quiet">${text(source)}</span></h2><div class="scroll"><table><thead><tr><th scope="col">Requirement</th><th scope="col">What it asks</th><th scope="col">Here</th><th scope="col">hold / fail / undecided</th><th scope="col">What no template shows</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}
