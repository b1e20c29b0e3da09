import type { ErrorCode } from "yaml";

/**
 * What each of the parser's complaints means to whoever wrote the file. Our own sentences, because
 * the parser's quote pieces of the file, and those may be secrets.
 */
export const YAML_FAULTS: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: "An alias cannot have an anchor or a tag",
  BAD_ALIAS: "An alias needs a name",
  BAD_COLLECTION_TYPE: "The tag does not fit what follows it",
  BAD_DIRECTIVE: "Cannot read this % directive",
  BAD_DQ_ESCAPE: "Unknown escape in double quotes; use single quotes for text with backslashes",
  BAD_INDENT: "Wrong indentation, or a bracket that is not closed",
  BAD_PROP_ORDER: "Anchors and tags belong directly before the value",
  BAD_SCALAR_START: "A text cannot begin with this character; put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: "A nested map or list must begin on its own line",
  BLOCK_IN_FLOW: "An indented block cannot stand inside brackets",
  DUPLICATE_KEY: "The key is given twice",
  IMPOSSIBLE: "Cannot read this",
  KEY_OVER_1024_CHARS: "The key is longer than 1024 characters",
  MISSING_CHAR: "A character is missing, such as a closing quote, a bracket, a comma or a colon",
  MULTILINE_IMPLICIT_KEY: "A key and its colon must be on one line",
  MULTIPLE_ANCHORS: "More than one anchor",
  MULTIPLE_DOCS: "More than one document; expected no further --- line",
  MULTIPLE_TAGS: "More than one tag",
  NON_STRING_KEY: "The key is not a text",
  RESOURCE_EXHAUSTION: "Nested too deeply",
  TAB_AS_INDENT: "Tabs cannot indent; use spaces",
  TAG_RESOLVE_FAILED: "Unknown tag",
  UNEXPECTED_TOKEN: "Unexpected text here; check indentation and quotes",
};
