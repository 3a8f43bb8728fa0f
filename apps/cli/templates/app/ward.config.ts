/** The app as a whole. `ward dev` loads every change of this file as well. */
import { defineConfig } from "@ward/sdk";

export default defineConfig({
  name: "my-clinic",
  // Where data may live: ISO 3166 country or cloud region codes.
  residency: ["US"],
  frameworks: ["HIPAA"],
  // HIPAA asks for six years at least (45 CFR 164.316(b)(2)(i)).
  retentionYears: 6,
  // What one principal may do in a minute before it is refused.
  budgets: { actsPerMinute: 600 },
});
