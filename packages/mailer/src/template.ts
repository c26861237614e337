/** @module Mail templates: a subject and an HTML body with `{{name}}` in them, filled with escaped values. */

/** What can be filled in; numbers as JavaScript writes them. */
export type TemplateValue = string | number;

/** A template as it is written. `{{ name }}` stands for a value; a name is letters, digits and `_`. */
export interface TemplateSource<Subject extends string = string, Html extends string = string> {
  subject: Subject;
  html: Html;
}

/** A parsed template. */
export interface Template<Field extends string = string> {
  /** Every name it asks for, each once, in order of appearance. */
  readonly fields: readonly Field[];
  /**
   * Fills the template in. Values are text: what is HTML in them is shown, never interpreted. An escaped value is still not safe as
   * the whole address of a link (`href="{{url}}"`) unless you made it yourself: `javascript:` needs no special character.
   *
   * @throws Error naming the field that has no value
   */
  render(values: Readonly<Record<Field, TemplateValue>>): { subject: string; html: string };
}

/**
 * Parses a template once; rendering it then only joins strings.
 *
 * @throws Error when braces do not make a name
 * @example
 * const welcome = defineTemplate({ subject: 'Welcome, {{name}}', html: '<p>Hello {{name}}</p>' });
 * welcome.render({ name: 'Ann & Bob' }).html; // '<p>Hello Ann &amp; Bob</p>'
 */
export function defineTemplate<const Subject extends string, const Html extends string>(
  source: TemplateSource<Subject, Html>,
): Template<FieldsOf<Subject> | FieldsOf<Html>> {
  const subject = parse(source.subject);
  const html = parse(source.html);
  const fields = [
    ...new Set([...subject, ...html].flatMap((part) => (part.field === undefined ? [] : part.field))),
  ];
  return {
    fields: fields as (FieldsOf<Subject> | FieldsOf<Html>)[],
    render: (values) => ({
      subject: fill(subject, values, (text) => text),
      html: fill(html, values, escapeHtml),
    }),
  };
}

/** The text as it must stand in HTML, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The names between double braces in a literal text; any name when the text is not known to the compiler. */
type FieldsOf<Text extends string> = string extends Text
  ? string
  : Text extends `${string}{{${infer Name}}}${infer Rest}`
    ? Trim<Name> | FieldsOf<Rest>
    : never;

type Trim<Text extends string> = Text extends ` ${infer Rest}` | `${infer Rest} ` ? Trim<Rest> : Text;

/** Fixed text, then the field that follows it; the last part of a template has none. */
interface Part {
  text: string;
  field?: string;
}

function parse(source: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of source.matchAll(/\{\{([^{}]*)\}\}/g)) {
    const field = (match[1] ?? '').trim();
    if (!/^\w+$/.test(field)) throw new Error(`Template: "${match[0]}" is no field; write {{name}}`);
    parts.push({ text: source.slice(end, match.index), field });
    end = match.index + match[0].length;
  }
  parts.push({ text: source.slice(end) });
  return parts;
}

function fill(parts: readonly Part[], values: object, encode: (text: string) => string): string {
  return parts
    .map(({ text, field }) => (field === undefined ? text : text + encode(textOf(values, field))))
    .join('');
}

function textOf(values: object, field: string): string {
  const value: unknown = Object.hasOwn(values, field)
    ? (values as Record<string, unknown>)[field]
    : undefined;
  if (value === undefined || value === null) throw new Error(`Template: no value for "${field}"`);
  return String(value);
}
