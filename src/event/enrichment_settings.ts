/** A field with a fixed value that every event gets (`customfields`). */
export interface CustomField {
  /** As written, unlike falcosidekick, which lower-cases the keys of a YAML file. */
  readonly name: string;
  readonly value: string;
  /** Its label in the events' metric; undefined when its name cannot be one. */
  readonly label: string | undefined;
}

/** A field that is computed from the others (`templatedfields`). */
export interface TemplatedField {
  readonly name: string;
  /** In the subset of Go's text/template that `template/` reads. */
  readonly template: string;
  readonly label: string | undefined;
}

/** An output field that is a label of the events' metric too (`prometheus.extralabels`). */
export interface ExtraLabel {
  readonly field: string;
  readonly label: string;
}

/** What is done to every event, in falcosidekick's keys. Plain data, for the encoder's thread. */
export interface EnrichmentSettings {
  readonly customfields: readonly CustomField[];
  readonly customtags: readonly string[];
  readonly templatedfields: readonly TemplatedField[];
  readonly bracketreplacer: string;
  readonly outputfieldformat: string;
}
