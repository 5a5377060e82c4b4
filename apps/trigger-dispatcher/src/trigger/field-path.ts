/** A container as a trigger names it. By name, it may stand in either list, whichever the path says. */
export type ContainerSelector =
  { by: 'name'; name: string } | { by: 'index'; list: 'containers' | 'initContainers'; index: number };

/** OpenShift takes double quotes and `==` alone; its manual prints single quotes and one `=`, so those are read, too. */
const SELECTOR = /^(containers|initContainers)\[(?:(\d+)|\?\(@\.name==?(?:"([^"]*)"|'([^']*)')\))\]\.(.*)$/;

/** The path does not say which image it means. */
export class InvalidFieldPath extends Error {
  constructor(readonly fieldPath: string) {
    super(`field path is not valid: ${fieldPath}`);
  }
}

/**
 * Reads `spec.template.spec.containers[?(@.name=="web")].image`; `base` is where the pod spec of the kind stands. A path
 * below another base means another kind, and nothing here: undefined. Throws InvalidFieldPath.
 */
export function parseFieldPath(fieldPath: string, base: string): ContainerSelector | undefined {
  if (!fieldPath.startsWith(`${base}.`)) return undefined;
  const [whole, list, index, name, quoted, field] = SELECTOR.exec(fieldPath.slice(base.length + 1)) ?? [];
  if (whole === undefined || field !== 'image') throw new InvalidFieldPath(fieldPath);
  if (index === undefined) return { by: 'name', name: name ?? quoted ?? '' };
  return { by: 'index', list: list === 'initContainers' ? 'initContainers' : 'containers', index: Number(index) };
}

/** The path as it is written out: by name, in double quotes. */
export function fieldPathOf(base: string, list: 'containers' | 'initContainers', name: string): string {
  return `${base}.${list}[?(@.name=="${name}")].image`;
}
