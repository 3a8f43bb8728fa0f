/** Names of files that say what an app depends on. Apart from their readers, which a template alone does not need. */
export const DEPENDENCY_FILE =
  /(?:^|\/)(?:package\.json|npm-shrinkwrap\.json|package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?)$/;
