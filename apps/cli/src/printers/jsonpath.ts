import { toCompactGoJson } from './go-json.js';
import { type Node, type Operand, parseRelaxedPath, type Step } from './jsonpath-parse.js';

/** Prints a template against an object; what a path does not find prints as nothing. */
export function renderJsonPath(template: readonly Node[], object: unknown): string {
  return renderNodes(template, object, object);
}

/** For each path of a template the values it finds. */
export function findAll(template: readonly Node[], object: unknown): unknown[][] {
  return template.flatMap((node) => (node.type === 'text' ? [] : [walk([object], node.steps, object)]));
}

/** All values a bare path finds. */
export function findByPath(path: string, object: unknown): unknown[] {
  const [node] = parseRelaxedPath(path);
  return node?.type === 'path' ? walk([object], node.steps, object) : [];
}

function renderNodes(nodes: readonly Node[], current: unknown, root: unknown): string {
  return nodes
    .map((node) => {
      if (node.type === 'text') return node.text;
      const found = walk([node.root ? root : current], node.steps, root);
      if (node.type === 'path') return found.map(valueText).join(' ');
      return found.map((item) => renderNodes(node.body, item, root)).join('');
    })
    .join('');
}

/** A found value as text: strings bare, everything else as JSON. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? toCompactGoJson(value) : String(value);
}

function walk(from: readonly unknown[], steps: readonly Step[], root: unknown): unknown[] {
  return steps.reduce<unknown[]>((values, step) => values.flatMap((value) => takeStep(value, step, root)), [...from]);
}

function takeStep(value: unknown, step: Step, root: unknown): unknown[] {
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
      return step.parts.flatMap((part) => walk([value], part, root));
    case 'filter':
      return children(value).filter((item) => matches(item, step, root));
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

function matches(item: unknown, step: Extract<Step, { type: 'filter' }>, root: unknown): boolean {
  const [left] = operandValues(step.left, item, root);
  if (step.operator === 'exists') return left !== undefined;
  const [right] = operandValues(step.right as Operand, item, root);
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

function operandValues(operand: Operand, item: unknown, root: unknown): unknown[] {
  if ('literal' in operand) return [operand.literal];
  return walk([operand.root ? root : item], operand.path, root);
}
