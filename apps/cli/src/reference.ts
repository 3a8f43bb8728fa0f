/** The CLI's reference page: the help of every command, as it prints itself on a terminal of 100 columns. */
import type { Command } from "commander";
import { buildProgram, listCommands } from "./program.ts";

const WIDTH = 100;

export function formatReference(): string {
  const program = buildProgram("0.0.0", async () => {});
  const sections = listCommands(program).map(({ name, command }) => `## ${name}\n\n${fenced(helpOf(command))}`);
  return `# The \`ward\` command

Written by \`node apps/cli/src/write-reference.ts\` from the commands' own help; change it there.

${fenced(helpOf(program))}

${sections.join("\n\n")}
`;
}

function helpOf(command: Command): string {
  let help = "";
  command.configureOutput({
    writeOut: (text) => (help += text),
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return help.trimEnd();
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
