/** AWS::Serverless::StateMachine: the state machine, its role and its triggers. */
import type { Resource } from "../../../graph/resource.ts";
import { become, given, pickGiven } from "./made.ts";
import { makeEvents } from "./events.ts";
import { makeRole } from "./function-role.ts";

export function expandStateMachine(author: Resource): readonly Resource[] {
  const hasRole = !author.at("Role").isAbsent;
  const type = given(author, "Type");
  const logging = given(author, "Logging");
  const tracing = given(author, "Tracing");
  const name = given(author, "Name");
  const machine = become(author, "AWS::StepFunctions::StateMachine", {
    ...pickGiven(author, ["Definition", "DefinitionSubstitutions", "Tags"]),
    ...(type ? { StateMachineType: type } : {}),
    ...(logging ? { LoggingConfiguration: logging } : {}),
    ...(tracing ? { TracingConfiguration: tracing } : {}),
    ...(name ? { StateMachineName: name } : {}),
    RoleArn: hasRole
      ? author.at("Role").value
      : { kind: "reference", resource: `${author.id}Role`, attribute: "Arn", spot: author.spot },
  });
  const events = makeEvents(author);
  const role = makeRole(author, {
    service: "states.amazonaws.com",
    managed: author.at("Tracing.Enabled").isTrue().outcome === "pass" ? ["AWSXRayDaemonWriteAccess"] : [],
    statements: [],
  });
  return [machine, ...(hasRole ? [] : [role]), ...events.resources];
}
