// Reads pages, each a line of JSON with its HTML, and answers each with a line: what is wrong with it.
import { createInterface } from "node:readline";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

// Assets come from the page's own site, so that a digest would say nothing; the error summary stands before the heading.
const rules = { "require-sri": "off", "heading-level": ["error", { minInitialRank: "h2" }] };
const use = ["html-validate:standard", "html-validate:document"];
const validator = new HtmlValidate(new StaticConfigLoader({ root: true, extends: use, rules }));
for await (const line of createInterface({ input: process.stdin })) {
  const report = await validator.validateString(JSON.parse(line));
  const found = report.results.flatMap((result) => result.messages);
  console.log(JSON.stringify(found.map((each) => `${each.line}:${each.column} ${each.ruleId}: ${each.message}`)));
}
