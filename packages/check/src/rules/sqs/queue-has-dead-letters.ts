/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Graph } from "../../graph/graph.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

/** Where what could not be delivered is sent: a queue that is named there is itself one of dead letters. */
const DEAD_LETTERS: readonly (readonly [type: string, path: string])[] = [
  ["AWS::SQS::Queue", "RedrivePolicy.deadLetterTargetArn"],
  ["AWS::SNS::Subscription", "RedrivePolicy.deadLetterTargetArn"],
  ["AWS::Lambda::Function", "DeadLetterConfig.TargetArn"],
  ["AWS::Lambda::EventInvokeConfig", "DestinationConfig.OnFailure.Destination"],
  ["AWS::Lambda::EventSourceMapping", "DestinationConfig.OnFailure.Destination"],
  ["AWS::Scheduler::Schedule", "Target.DeadLetterConfig.Arn"],
  ["AWS::Pipes::Pipe", "SourceParameters.DynamoDBStreamParameters.DeadLetterConfig.Arn"],
  ["AWS::Pipes::Pipe", "SourceParameters.KinesisStreamParameters.DeadLetterConfig.Arn"],
];

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
    if (takesDeadLetters(queue, graph) || queue.at("RedriveAllowPolicy").exists().outcome === "pass")
      return "notApplicable";
    return queue.at("RedrivePolicy").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `
Queue: { Type: AWS::SQS::Queue, Properties: { RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5 } } }
Dead: { Type: AWS::SQS::Queue }`,
      },
      {
        cloudformation: `
Queue: { Type: AWS::SQS::Queue, Properties: { RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5 } } }
Dead: { Type: AWS::SQS::Queue }
Undelivered: { Type: AWS::SQS::Queue }
Rule: { Type: AWS::Events::Rule, Properties: { Targets: [{ Id: t, Arn: !GetAtt Queue.Arn, DeadLetterConfig: { Arn: !GetAtt Undelivered.Arn } }] } }
Failed: { Type: AWS::SQS::Queue }
Mapping: { Type: AWS::Lambda::EventSourceMapping, Properties: { FunctionName: f, DestinationConfig: { OnFailure: { Destination: !GetAtt Failed.Arn } } } }`,
      },
    ],
    bad: [
      { cloudformation: `Queue: { Type: AWS::SQS::Queue }` },
      {
        cloudformation: `
Queue: { Type: AWS::SQS::Queue }
Dead: { Type: AWS::SQS::Queue }
Function: { Type: AWS::Lambda::Function, Properties: { DeadLetterConfig: { TargetArn: !GetAtt Dead.Arn } } }
Rule: { Type: AWS::Events::Rule, Properties: { Targets: [{ Id: t, Arn: !GetAtt Queue.Arn }] } }`,
      },
    ],
  },
};

function takesDeadLetters(queue: Resource, graph: Graph): boolean {
  const isNamed = (property: Property) => graph.means(property, queue).outcome === "pass";
  return (
    DEAD_LETTERS.some(([type, path]) => graph.ofType(type).some((other) => isNamed(other.at(path)))) ||
    graph.ofType("AWS::Events::Rule").some((rule) =>
      rule
        .at("Targets")
        .items()
        .some((target) => isNamed(target.at("DeadLetterConfig.Arn"))),
    )
  );
}
