/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Graph } from "../../graph/graph.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const queueHasDeadLetters: Rule = {
  id: "queue-has-dead-letters",
  title: "The queue moves messages that fail to a queue of their own",
  why: "A message that no reader can handle comes back until it expires, and is then lost without a word; meanwhile it may hold up those behind it.",
  remedy: "Set RedrivePolicy to a dead-letter queue with an alarm on it.",
  snippet: `
RedrivePolicy: { deadLetterTargetArn: !GetAtt DeadLetters.Arn, maxReceiveCount: 5 }`,
  severity: "medium",
  topics: ["resilience"],
  types: ["AWS::SQS::Queue"],
  judge(queue: Resource, graph: Graph) {
    const takesDeadLetters = graph
      .ofType("AWS::SQS::Queue")
      .some((other) => graph.means(other.at("RedrivePolicy.deadLetterTargetArn"), queue).outcome === "pass");
    if (takesDeadLetters || queue.at("RedriveAllowPolicy").exists().outcome === "pass") return "notApplicable";
    return queue.at("RedrivePolicy").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `
Queue: { Type: AWS::SQS::Queue, Properties: { RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5 } } }
Dead: { Type: AWS::SQS::Queue }`,
      },
    ],
    bad: [{ cloudformation: `Queue: { Type: AWS::SQS::Queue }` }],
  },
};
