import { DomainError } from '../domain-error.js';
import { InvalidDigest, parseDigest } from './digest.js';
import type { DockerImageReference } from './image-reference.js';

/** Longest name, host included. */
export const LONGEST_NAME = 255;

/** One path component: runs of letters and digits with one separator between two of them. */
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HOST_LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const HOST = `${HOST_LABEL}(?:\\.${HOST_LABEL})*(?::[0-9]+)?`;
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';

const HOST_ONLY = new RegExp(`^${HOST}$`);
/** Splits off `@digest` and `:tag` from the end, without looking into the name. */
const ENDING = new RegExp(`^(.*?)(?::(${TAG}))?(?:@(${DIGEST}))?$`, 's');

/** The text names no image. The message says what is wrong with it. */
export class InvalidImageReference extends DomainError {
  readonly reason = 'Invalid';

  constructor(
    readonly text: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(problem, options);
  }
}

/**
 * Takes an image reference apart; nothing is defaulted. Throws `InvalidImageReference`.
 * A first path component with `.` or `:`, or `localhost`, is a registry. A lone component with `.`, or beginning with
 * `localhost`, is read as a registry without a name (contract: references, §1).
 */
export function parseImageReference(text: string): DockerImageReference {
  if (text === '') throw new InvalidImageReference(text, 'repository name must have at least one component');
  const parts = split(text);
  if (!parts) {
    const problem = split(text.toLowerCase()) ? 'repository name must be lowercase' : 'invalid reference format';
    throw new InvalidImageReference(text, problem);
  }
  const { registry, path, tag, id } = parts;
  if ([registry, path].filter(Boolean).join('/').length > LONGEST_NAME) {
    throw new InvalidImageReference(text, `repository name must not be more than ${LONGEST_NAME} characters`);
  }
  if (id) checkDigest(text, id);
  const slash = path.indexOf('/');
  return {
    registry,
    namespace: slash < 0 ? '' : path.slice(0, slash),
    name: path.slice(slash + 1),
    tag,
    id,
  };
}

function split(text: string): { registry: string; path: string; tag: string; id: string } | undefined {
  const ending = ENDING.exec(text);
  const name = ending?.[1];
  if (!ending || !name) return undefined;
  const tag = ending[2] ?? '';
  const id = ending[3] ?? '';
  const slash = name.indexOf('/');
  if (slash < 0) {
    if (!COMPONENT.test(name)) return undefined;
    const readAsRegistry = name.includes('.') || name.startsWith('localhost');
    return readAsRegistry ? { registry: name, path: '', tag, id } : { registry: '', path: name, tag, id };
  }
  const first = name.slice(0, slash);
  const isRegistry = /[.:]/.test(first) || first === 'localhost';
  const path = isRegistry ? name.slice(slash + 1) : name;
  if (isRegistry && !HOST_ONLY.test(first)) return undefined;
  return path.split('/').every((component) => COMPONENT.test(component))
    ? { registry: isRegistry ? first : '', path, tag, id }
    : undefined;
}

function checkDigest(text: string, id: string): void {
  try {
    parseDigest(id);
  } catch (error) {
    if (error instanceof InvalidDigest) throw new InvalidImageReference(text, error.message, { cause: error });
    throw error;
  }
}
