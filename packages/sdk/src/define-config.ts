/** The app as a whole: `ward.config.ts` exports one by default. The node validates it with `parseAppConfig`. */
import type { AppConfig } from "@ward/core";

export function defineConfig(config: AppConfig): AppConfig {
  return config;
}
