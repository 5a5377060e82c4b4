/** A template that cannot be read or carried out; worded as Go's text/template words it. */
export class TemplateError extends Error {}

export function lineOf(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}
