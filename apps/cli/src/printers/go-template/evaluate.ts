import { functions } from './functions.js';
import type { Command, GoTemplate, Node, Operand, Pipeline } from './nodes.js';
import { formatValue } from './printf.js';
import { TemplateError } from './template-error.js';
import { isMap, isTrue, sortedEntries, typeName } from './values.js';

/**
 * Carries out a template against an object from JSON. `strict`: a field that is missing is an error instead of
 * `<no value>`. Throws TemplateError.
 */
export function renderGoTemplate(template: GoTemplate, object: unknown, { strict = false } = {}): string {
  const evaluation = new Evaluation(template.defined, strict, 0);
  evaluation.run(template.main, object, Scope.of(object));
  return evaluation.text;
}

/** Variables of a block and, behind them, those around it. */
class Scope {
  private readonly values = new Map<string, unknown>();

  constructor(private readonly outer?: Scope) {}

  static of(root: unknown): Scope {
    return new Scope().declare('$', root);
  }

  declare(name: string, value: unknown): this {
    this.values.set(name, value);
    return this;
  }

  assign(name: string, value: unknown): void {
    if (this.values.has(name)) this.values.set(name, value);
    else this.outer?.assign(name, value);
  }

  read(name: string): unknown {
    return this.values.has(name) ? this.values.get(name) : this.outer?.read(name);
  }
}

class Interruption {
  constructor(readonly word: 'break' | 'continue') {}
}

const NOTHING = Symbol('no value from a command before');
const DEEPEST_CALL = 1000;

class Evaluation {
  text = '';

  constructor(
    private readonly defined: ReadonlyMap<string, Node[]>,
    private readonly strict: boolean,
    private depth: number,
  ) {}

  run(nodes: readonly Node[], dot: unknown, scope: Scope): void {
    for (const node of nodes) this.runNode(node, dot, scope);
  }

  private runNode(node: Node, dot: unknown, scope: Scope): void {
    switch (node.type) {
      case 'text':
        this.text += node.text;
        return;
      case 'output': {
        const value = this.pipeline(node.pipeline, dot, scope);
        if (node.pipeline.variables.length === 0) this.text += shown(value);
        return;
      }
      case 'if':
      case 'with': {
        const inside = new Scope(scope);
        const value = this.pipeline(node.pipeline, dot, inside);
        if (isTrue(value)) this.run(node.body, node.type === 'with' ? value : dot, inside);
        else this.run(node.otherwise, dot, inside);
        return;
      }
      case 'range':
        this.range(node.pipeline, node.body, node.otherwise, dot, scope);
        return;
      case 'template':
        this.call(node.name, node.pipeline && this.pipeline(node.pipeline, dot, scope));
        return;
      default:
        throw new Interruption(node.type);
    }
  }

  private range(pipeline: Pipeline, body: Node[], otherwise: Node[], dot: unknown, scope: Scope): void {
    const collection = this.pipeline({ ...pipeline, variables: [] }, dot, scope);
    const entries = entriesOf(collection, pipeline);
    if (entries.length === 0) return this.run(otherwise, dot, new Scope(scope));
    for (const [key, item] of entries) {
      const inside = new Scope(scope);
      const values = pipeline.variables.length > 1 ? [key, item] : [item];
      pipeline.variables.forEach((name, at) => {
        if (pipeline.assigns) scope.assign(name, values[at]);
        else inside.declare(name, values[at]);
      });
      if (this.runRound(body, item, inside) === 'break') return;
    }
  }

  private runRound(body: Node[], item: unknown, scope: Scope): 'break' | 'continue' {
    try {
      this.run(body, item, scope);
      return 'continue';
    } catch (error) {
      if (error instanceof Interruption) return error.word;
      throw error;
    }
  }

  private call(name: string, dot: unknown): void {
    const nodes = this.defined.get(name);
    if (!nodes) throw new TemplateError(`template: output: template "${name}" not defined`);
    if (this.depth >= DEEPEST_CALL) throw new TemplateError('template: output: exceeded maximum template depth');
    this.depth++;
    this.run(nodes, dot, Scope.of(dot));
    this.depth--;
  }

  private pipeline({ commands, variables, assigns }: Pipeline, dot: unknown, scope: Scope): unknown {
    let value: unknown = NOTHING;
    for (const command of commands) value = this.command(command, dot, scope, value);
    for (const name of variables) {
      if (assigns) scope.assign(name, value);
      else scope.declare(name, value);
    }
    return value;
  }

  private command(command: Command, dot: unknown, scope: Scope, before: unknown): unknown {
    const [head, ...args] = command.operands;
    try {
      if (head.type === 'function') return this.callFunction(head.name, args, dot, scope, before);
      if (head.type === 'nil') throw new Error('nil is not a command');
      if (args.length > 0 || before !== NOTHING) throw new Error(`can't give argument to non-function ${command.text}`);
      return this.operand(head, dot, scope);
    } catch (error) {
      if (error instanceof TemplateError || error instanceof Interruption) throw error;
      const message = (error as Error).message;
      throw new TemplateError(`template: output:${command.line}: executing "output" at <${command.text}>: ${message}`, {
        cause: error,
      });
    }
  }

  private callFunction(name: string, args: readonly Operand[], dot: unknown, scope: Scope, before: unknown): unknown {
    const last = before === NOTHING ? [] : [before];
    if (name === 'and' || name === 'or') {
      const pending = [...args.map((arg) => () => this.operand(arg, dot, scope)), ...last.map((value) => () => value)];
      return firstDecisive(pending, name === 'or');
    }
    const values = [...args.map((arg) => this.operand(arg, dot, scope)), ...last];
    if (values.length === 0 && !name.startsWith('print'))
      throw new Error(`wrong number of args for ${name}: want at least 1 got 0`);
    try {
      return functions[name]?.(...values);
    } catch (error) {
      throw new Error(`error calling ${name}: ${(error as Error).message}`, { cause: error });
    }
  }

  private operand(operand: Operand, dot: unknown, scope: Scope): unknown {
    switch (operand.type) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return operand.value;
      case 'variable':
        return scope.read(operand.name);
      case 'function':
        return this.callFunction(operand.name, [], dot, scope, NOTHING);
      case 'pipeline':
        return this.pipeline(operand.pipeline, dot, scope);
      case 'fields':
        return operand.names.reduce((value, name) => this.field(value, name), this.operand(operand.of, dot, scope));
    }
  }

  private field(value: unknown, name: string): unknown {
    if (value === null || value === undefined) {
      if (this.strict) throw new Error(`nil data; no entry for key "${name}"`);
      return undefined;
    }
    if (!isMap(value)) throw new Error(`can't evaluate field ${name} in type ${typeName(value)}`);
    if (Object.hasOwn(value, name)) return value[name];
    if (this.strict) throw new Error(`map has no entry for key "${name}"`);
    return undefined;
  }
}

function shown(value: unknown): string {
  return value === null || value === undefined ? '<no value>' : formatValue(value);
}

function entriesOf(collection: unknown, { commands }: Pipeline): [unknown, unknown][] {
  if (collection === null || collection === undefined) return [];
  if (Array.isArray(collection)) return collection.map((item, at) => [at, item]);
  if (isMap(collection)) return sortedEntries(collection);
  const [command] = commands;
  throw new TemplateError(
    `template: output:${command?.line}: executing "output" at <${command?.text}>: range can't iterate over ${formatValue(collection)}`,
  );
}

/** `or`: the first that is true; `and`: the first that is not; else the last. */
function firstDecisive(values: readonly (() => unknown)[], decisive: boolean): unknown {
  let value: unknown;
  for (const next of values) {
    value = next();
    if (isTrue(value) === decisive) return value;
  }
  return value;
}
