/** GDPR Art. 3: who lives in the Union is protected by it. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not, saying } from "../../graph/truth.ts";
import { LAWS } from "./laws.ts";
import type { Rule } from "../rule.ts";

export const appNamesItsLaw: Rule = {
  id: "app-names-its-law",
  title: "The app names the law of the places where its data lives",
  why: "What is checked, kept and reported follows the named law. Where the law of a place is not named, nobody prepares what it asks for.",
  remedy:
    "Add the law of each place in residency to frameworks: HIPAA for the United States, GDPR for the European Economic Area and the United Kingdom.",
  snippet: `
frameworks: ["HIPAA", "GDPR"],`,
  severity: "medium",
  topics: ["residency"],
  types: ["Ward::App"],
  judge(app: Resource) {
    const [frameworks, residency] = [app.at("frameworks"), app.at("residency")];
    const named = (law: string) => frameworks.some((one) => one.equals(law));
    return all(
      frameworks.isFilled(),
      ...[...LAWS].map(([law, places]) => {
        const lives = residency.some((place) => place.matches(places));
        return any(saying(named(law), `residency names a place of ${law}, which frameworks lacks`), not(lives));
      }),
    );
  },
  samples: {
    good: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["DE", "us-east-1"], frameworks: ["HIPAA", "GDPR"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["CH"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["DE"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["eu-west-1"], frameworks: ["FERPA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["GDPR"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: [], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
    ],
  },
};
