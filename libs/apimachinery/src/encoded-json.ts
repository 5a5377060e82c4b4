/**
 * JSON already made, by object and form. Objects that storages share among answers (and nobody changes) are encoded once;
 * of others this is forgotten together with the object.
 */
const madeJson = new WeakMap<object, Map<string, string>>();

/** The JSON of what is `shown` of an object in this form; by default, of all of it. */
export function encodedJson<T extends object>(
  object: T,
  form = '',
  shown: (object: T) => object | null = (whole) => whole,
): string {
  const made = madeJson.get(object);
  const known = made?.get(form);
  if (known !== undefined) return known;
  const json = JSON.stringify(shown(object));
  if (made) made.set(form, json);
  else madeJson.set(object, new Map([[form, json]]));
  return json;
}
