/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const budgetTellsSomeone: Rule = {
  id: "budget-tells-someone",
  title: "The budget tells someone",
  why: "A flood of calls, or a miner in a stolen account, shows first in the bill.",
  remedy: "Set NotificationsWithSubscribers.",
  snippet: `
Spending: { Type: AWS::Budgets::Budget, Properties: { Budget: { BudgetType: COST, TimeUnit: MONTHLY }, NotificationsWithSubscribers: [{ Notification: {} }] } }`,
  severity: "low",
  topics: ["cost", "monitoring"],
  types: ["AWS::Budgets::Budget"],
  judge(thing: Resource) {
    return any(thing.at("NotificationsWithSubscribers").isFilled(), thing.at("Notification").isFilled());
  },
  samples: {
    good: [
      {
        cloudformation: `Spending: { Type: AWS::Budgets::Budget, Properties: { Budget: { BudgetType: COST, TimeUnit: MONTHLY }, NotificationsWithSubscribers: [{ Notification: {} }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Spending: { Type: AWS::Budgets::Budget, Properties: { Budget: { BudgetType: COST, TimeUnit: MONTHLY } } }`,
      },
    ],
  },
};
