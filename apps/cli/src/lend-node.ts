/** Starts a node with its app's SMS sink, lends both to a callback, and closes them whatever happens. */
import type { NodeEvent, NodeOptions, WardNode } from "@ward/platform";
import type { Cli } from "./cli.ts";
import { openSmsSink, type SmsSink } from "./sms-sink.ts";

export interface RunningNode {
  readonly node: WardNode;
  readonly sink: SmsSink | undefined;
}

export async function lendNode<T>(
  cli: Cli,
  options: NodeOptions,
  onEvent: (event: NodeEvent) => void,
  act: (running: RunningNode) => Promise<T>,
): Promise<T> {
  const platform = await cli.platform();
  const sink = options.development ? await openSmsSink(options.appDir, cli) : undefined;
  try {
    const node = await platform.startNode({ ...options, onEvent });
    try {
      return await act({ node, sink });
    } finally {
      await node.close();
    }
  } finally {
    await sink?.close();
  }
}
