/** A text that is no template of the subset: Go's Parse refuses it, or we do not support it. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";

  /** @param offset where the template is wrong, in UTF-16 units from its start */
  constructor(message: string, readonly offset: number) {
    super(message);
  }
}

/** What ends a rendering early: Go's Execute returns an error, or one of our limits is reached. */
export class RenderError extends Error {
  override readonly name = "RenderError";
}
