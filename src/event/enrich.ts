import type { EnrichmentSettings } from "./enrichment_settings.ts";
import type { FalcoEvent, FieldValue } from "./falco_event.ts";
import { formatOutput } from "./output_format.ts";
import { parseTemplate, type Template } from "./template/template.ts";

/** An event as the settings make it. */
export interface Enriched {
  readonly event: FalcoEvent;
  /** Templates that failed, with the reason; what they had written until then is the field's value. */
  readonly failures: readonly { readonly field: string; readonly reason: string }[];
}

/** Makes an event what the settings say. Pure; never throws. */
export interface Enrichment {
  (event: FalcoEvent): Enriched;
  /** Whether it does more than sort the tags and add to them. */
  readonly changesFields: boolean;
  /** What a field is called where it shows under its own name. */
  rename(field: string): string;
}

/**
 * What falcosidekick does to every event (`handlers.go`, `newFalcoPayload`), in its order: custom
 * fields, custom tags, templated fields, which see the custom ones but not each other, tags sorted,
 * the output formatted. Fields set here win over the event's own.
 *
 * Brackets are left to `rename`, because falcosidekick replaces them for outputs that cannot have
 * them: `proc.aname_2` would not be known as a process's ancestor any more. And two things are left
 * out: texts are not cut to 512 bytes, because the lake keeps everything, and the default of an
 * absent source is `syscall`, as Falco calls it (see `parse.ts`).
 *
 * @param settings checked: templates can be parsed
 */
export function enrichment(settings: EnrichmentSettings): Enrichment {
  const { customfields, customtags, bracketreplacer, outputfieldformat } = settings;
  const templates = settings.templatedfields.map(({ name, template }) => ({
    name,
    template: parseTemplate(template),
  }));
  const changesFields = customfields.length + templates.length > 0 || outputfieldformat !== "";

  const enrich = (event: FalcoEvent): Enriched => {
    const failures: { readonly field: string; readonly reason: string }[] = [];
    const tags = [...event.tags, ...customtags].sort();
    if (!changesFields) return { event: { ...event, tags }, failures };

    // Without a prototype: a field may be called __proto__.
    const outputFields: Record<string, FieldValue> = Object.create(null);
    Object.assign(outputFields, event.outputFields);
    for (const { name, value } of customfields) outputFields[name] = value;
    const templated = renderAll(templates, outputFields, failures);
    for (const [name, text] of templated) outputFields[name] = text;
    const output = outputfieldformat === ""
      ? event.output
      : formatOutput(outputfieldformat, event, {
        customFields: customfields.map(({ name, value }) => [name, value] as const),
        templatedFields: templated,
        tags,
      });
    return { event: { ...event, tags, outputFields, output }, failures };
  };
  const rename = (field: string) =>
    bracketreplacer !== "" && field.includes("[")
      ? field.replaceAll("]", "").replaceAll("[", () => bracketreplacer)
      : field;
  return Object.assign(enrich, { changesFields, rename });
}

/** falcosidekick goes through a Go map in random order, so that no template can rely on another. */
function renderAll(
  templates: readonly { readonly name: string; readonly template: Template }[],
  fields: Readonly<Record<string, FieldValue>>,
  failures: { readonly field: string; readonly reason: string }[],
): readonly (readonly [string, string])[] {
  return templates.map(({ name, template }) => {
    const { text, error } = template.render(fields);
    if (error !== undefined) failures.push({ field: name, reason: error });
    return [name, text] as const;
  });
}
