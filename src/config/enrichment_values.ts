import type { CustomField, ExtraLabel, TemplatedField } from "../event/enrichment_settings.ts";
import { metricLabel } from "../event/metric_label.ts";
import { parseTemplate, TemplateError } from "../event/template/template.ts";
import { type Hands, list, map } from "./collection.ts";
import type { GivenItem } from "./given.ts";

/** `customfields`. falcosidekick looks `%NAME` up in the environment's form only; its README says both. */
export const customFields = map<CustomField>(
  "a map of names and texts, or NAME:VALUE,NAME:VALUE; %NAME stands for an environment variable",
  (item, hands) => {
    const value = resolve(item, hands);
    return value === undefined ? undefined : { name: item.key, value, label: labelOf(item, hands) };
  },
  ({ name, value }) => `${name}:${value}`,
);

/** `customtags`. */
export const customTags = list<string>(
  "a list of texts, or TAG,TAG; %NAME stands for an environment variable",
  (item, hands) => {
    const tag = resolve(item, hands);
    // falcosidekick takes spaces out of the environment's form, and leaves the file's.
    return item.place.kind === "environment" ? tag?.replaceAll(" ", "") : tag;
  },
  String,
);

/** `templatedfields`. falcosidekick reports a bad template at each event, and goes on. */
export const templatedFields = map<TemplatedField>(
  "a map of names and templates, or NAME:TEMPLATE,NAME:TEMPLATE",
  (item, hands) => {
    try {
      parseTemplate(item.text);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const at = `character ${error.offset + 1} of the template`;
      hands.problem(item, `Cannot accept this template: at ${at}: ${error.message}`);
      return undefined;
    }
    return { name: item.key, template: item.text, label: labelOf(item, hands) };
  },
  ({ name, template }) => `${name}:${template}`,
);

/** `prometheus.extralabels`. */
export const extraLabels = list<ExtraLabel>(
  "a list of output fields, or FIELD,FIELD",
  (item, hands) => {
    const field = item.text.replaceAll(" ", "");
    const label = metricLabel(field);
    if (label !== undefined) return { field, label };
    hands.warning(item, `${JSON.stringify(field.slice(0, 60))} ${NO_LABEL}`);
    return undefined;
  },
  ({ field }) => field,
);

const NO_LABEL = "cannot be a label of the metric; expected letters, digits, dots and _";

/**
 * The label that falcosidekick would give the field: of its name as viper has it, which is lower-case
 * when it comes from a file.
 */
function labelOf(item: GivenItem, hands: Hands): string | undefined {
  const { key, place } = item;
  const label = metricLabel(place.kind === "file" ? key.toLowerCase() : key);
  if (label === undefined) hands.warning(item, `The field ${NO_LABEL}`);
  return label;
}

/** A text, or the environment variable that `%NAME` names; without that, falcosidekick leaves it out. */
function resolve(item: GivenItem, hands: Hands): string | undefined {
  const [, name] = /^%([A-Za-z_]\w*)$/.exec(item.text) ?? [];
  if (name === undefined) return item.text;
  const value = hands.env(name) || undefined;
  if (value === undefined) {
    hands.warning(item, `Left out, because the environment variable ${name} is not set`);
  }
  return value;
}
