import { type Cursor, unexpected } from "./cursor.ts";
import { TemplateError } from "./error.ts";
import type { Branch, Node } from "./nodes.ts";
import { parsePipeline } from "./parse_pipeline.ts";
import type { Token } from "./token.ts";

/** Keywords of Go's templates that we do not have, and what to say of them. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  block: "named templates are",
  define: "named templates are",
  template: "named templates are",
  break: "break and continue are",
  continue: "break and continue are",
};

type Control = "if" | "with" | "range";

/** What a list of nodes ends with: `{{else`, `{{end`, or the template. */
interface NodeList {
  readonly nodes: readonly Node[];
  readonly end: Token;
}

/** @throws TemplateError */
export function parseNodes(cursor: Cursor): readonly Node[] {
  const { nodes, end } = parseList(cursor);
  if (end.kind !== "end of text") {
    throw new TemplateError(`unexpected {{${end.text}}}`, end.offset);
  }
  return nodes;
}

function parseList(cursor: Cursor): NodeList {
  const nodes: Node[] = [];
  for (;;) {
    const token = cursor.next();
    if (token.kind === "text") nodes.push({ kind: "text", text: token.text });
    else if (token.kind === "end of text") return { nodes, end: token };
    else {
      const first = cursor.peekBehindSpace();
      const word = first.kind === "word" ? first.text : "";
      if (Object.hasOwn(UNSUPPORTED, word)) {
        throw new TemplateError(
          `${word}: ${UNSUPPORTED[word]} not supported; if, with and range are`,
          first.offset,
        );
      }
      if (word === "else" || word === "end") return { nodes, end: cursor.next() };
      nodes.push(
        word === "if" || word === "with" || word === "range"
          ? cursor.nested(first.offset, () => parseControl(cursor, word))
          : { kind: "action", pipeline: parsePipeline(cursor, "command") },
      );
    }
  }
}

/** From behind `{{` to behind the `}}` of its `{{end}}`. */
function parseControl(cursor: Cursor, control: Control): Node {
  const opening = cursor.peek();
  const branches: Branch[] = [];
  let otherwise: readonly Node[] = [];
  let list: NodeList;
  do {
    cursor.next();
    const pipeline = parsePipeline(cursor, control);
    list = expectEnd(parseList(cursor), opening);
    branches.push({ pipeline, body: list.nodes });
  } while (list.end.text === "else" && control !== "range" && follows(cursor, control));
  if (list.end.text === "else") {
    expectClose(cursor, "else");
    list = expectEnd(parseList(cursor), opening);
    otherwise = list.nodes;
    if (list.end.text === "else") {
      throw new TemplateError("expected end; found {{else}}", list.end.offset);
    }
  }
  expectClose(cursor, "end");
  return control === "range"
    ? { kind: control, branch: branches[0]!, otherwise }
    : { kind: control, branches, otherwise };
}

/** `{{else if` in an if and `{{else with` in a with go on with the same control. */
function follows(cursor: Cursor, control: Control): boolean {
  const token = cursor.peekBehindSpace();
  return token.kind === "word" && token.text === control;
}

function expectEnd(list: NodeList, opening: Token): NodeList {
  if (list.end.kind !== "end of text") return list;
  throw new TemplateError(`{{${opening.text}}} has no {{end}}`, opening.offset);
}

function expectClose(cursor: Cursor, where: string): void {
  const token = cursor.peekBehindSpace();
  if (token.kind !== "close") throw unexpected(token, where);
  cursor.next();
}
