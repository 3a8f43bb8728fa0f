/** GDPR Art. 44: data stays where it may be. */
import type { Resource } from "../../graph/resource.ts";
import { all, saying } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const appStatesResidency: Rule = {
  id: "app-states-residency",
  title: "The app says where its data may live",
  why: "Without a list of places nothing stops a copy of the records, a backup or a replica in a country whose law does not protect them.",
  remedy: "List the countries (ISO 3166-1) or cloud regions where data may live in residency.",
  snippet: `
residency: ["US"],`,
  severity: "high",
  topics: ["residency"],
  types: ["Ward::App"],
  judge(app: Resource) {
    const residency = app.at("residency");
    const places = residency.every((place) => place.matches(/^(?:[A-Z]{2}|[a-z]{2,}(?:-[a-z]+)+-?\d{1,2})$/));
    return all(
      residency.isFilled(),
      saying(places, "residency names something that is neither a country nor a region"),
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
          "ward.config.ts": `{ name: "clinic", residency: ["DE", "eu-central-1"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: [], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["*"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["Europe"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
    ],
    unknown: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: [process.env.REGION], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
    ],
  },
};
