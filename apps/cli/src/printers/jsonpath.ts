import { toCompactGoJson } from './go-json.js';
import { type Node, type Operand, parseRelaxedPath, type Step } from './jsonpath-parse.js';

/** A path has found nothing, and that was not to be passed over. */
export class MissingPathError extends Error {}

export interface JsonPathOptions {
  /** Throws `MissingPathError` where a field or an element is not there; else that is nothing. */
  strict?: boolean;
}

/** Where a path is looked for. */
interface Search extends JsonPathOptions {
  root: unknown;
}

/** Prints a template against an object. */
export function renderJsonPath(template: readonly Node[], object: unknown, options: JsonPathOptions = {}): string {
  return renderNodes(template, object, { ...options, root: object });
}

/** For each path of a template the values it finds. */
export function findAll(template: readonly Node[], object: unknown, options: JsonPathOptions = {}): unknown[][] {
  const search = { ...options, root: object };
  return template.flatMap((node) => (node.type === 'text' ? [] : [walk([object], node.steps, search)]));
}

/** All values a bare path finds. */
export function findByPath(path: string, object: unknown): unknown[] {
  const [node] = parseRelaxedPath(path);
  return node?.type === 'path' ? walk([object], node.steps, { root: object }) : [];
}

function renderNodes(nodes: readonly Node[], current: unknown, search: Search): string {
  return nodes
    .map((node) => {
      if (node.type === 'text') return node.text;
      const found = walk([node.root ? search.root : current], node.steps, search);
      if (node.type === 'path') return found.map(valueText).join(' ');
      return found.map((item) => renderNodes(node.body, item, search)).join('');
    })
    .join('');
}

/** A found value as text: strings bare, everything else as JSON. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? toCompactGoJson(value) : String(value);
}

function walk(from: readonly unknown[], steps: readonly Step[], search: Search): unknown[] {
  return steps.reduce<unknown[]>(
    (values, step) => {
      const found = values.flatMap((value) => takeStep(value, step, search));
      if (search.strict && values.length > 0 && found.length === 0) refuseMissing(step);
      return found;
    },
    [...from],
  );
}

/** A filter that nothing passes, or a list without elements, is no mistake. */
function refuseMissing(step: Step): void {
  if (step.type === 'field' || step.type === 'descend') throw new MissingPathError(`${step.name} is not found`);
  if (step.type === 'index') throw new MissingPathError(`array index out of bounds: index ${step.at}`);
}

function takeStep(value: unknown, step: Step, search: Search): unknown[] {
  switch (step.type) {
    case 'field':
      return ownField(value, step.name);
    case 'wildcard':
      return children(value);
    case 'descend':
      return descend(value, step.name);
    case 'index':
      return Array.isArray(value) ? value.slice(step.at, step.at === -1 ? undefined : step.at + 1) : [];
    case 'slice':
      return Array.isArray(value)
        ? value.slice(step.from, step.to).filter((_, at) => at % Math.max(1, step.step) === 0)
        : [];
    case 'union':
      return step.parts.flatMap((part) => walk([value], part, search));
    case 'filter':
      return children(value).filter((item) => matches(item, step, search));
  }
}

function ownField(value: unknown, name: string): unknown[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, name)) return [];
  return [(value as Record<string, unknown>)[name]];
}

function children(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (value === null || typeof value !== 'object') return [];
  return Object.keys(value)
    .sort()
    .map((key) => (value as Record<string, unknown>)[key]);
}

function descend(value: unknown, name: string): unknown[] {
  const here = name === '' || name === '*' ? children(value) : ownField(value, name);
  return [...here, ...children(value).flatMap((child) => descend(child, name))];
}

/** A filter asks what is there: strictness is not for its operands. */
function matches(item: unknown, step: Extract<Step, { type: 'filter' }>, { root }: Search): boolean {
  const [left] = operandValues(step.left, item, { root });
  if (step.operator === 'exists') return left !== undefined;
  const [right] = operandValues(step.right as Operand, item, { root });
  if (left === undefined || right === undefined) return false;
  switch (step.operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return (left as number) < (right as number);
    case '>':
      return (left as number) > (right as number);
    case '<=':
      return (left as number) <= (right as number);
    default:
      return (left as number) >= (right as number);
  }
}

function operandValues(operand: Operand, item: unknown, search: Search): unknown[] {
  if ('literal' in operand) return [operand.literal];
  return walk([operand.root ? search.root : item], operand.path, search);
}
