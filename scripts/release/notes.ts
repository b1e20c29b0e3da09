/**
 * What CHANGELOG.md says of a version: the text below its heading `## 1.2.3`, or `## Unreleased` for a
 * draft, up to the next one.
 *
 * @throws when there is no such heading, or nothing below it
 */
export function notesOf(changelog: string, version: string, isDraft: boolean): string {
  const heading = isDraft ? "Unreleased" : version;
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/[\s(]/, 1)[0] === heading);
  const notes = section?.slice(section.indexOf("\n") + 1).trim();
  if (notes) return `${notes}\n`;
  throw new Error(
    `CHANGELOG.md has nothing under "## ${heading}": a release needs its notes` +
      (isDraft ? "" : " (--draft takes those of ## Unreleased)"),
  );
}
