import { isFunction } from './functions.js';
import { type Token, tokenize, type TokenType } from './lexer.js';
import { readLiteral } from './literals.js';
import type { Command, GoTemplate, Node, Operand, Pipeline } from './nodes.js';
import { lineOf, TemplateError } from './template-error.js';

/** Reads a template of Go's text/template (https://pkg.go.dev/text/template). Throws TemplateError. */
export function parseGoTemplate(source: string): GoTemplate {
  return new Parser(source).parse();
}

type Ending = 'end' | 'else' | 'EOF';

class Parser {
  private readonly tokens: Token[];
  private readonly defined = new Map<string, Node[]>();
  private variables = ['$'];
  private ranges = 0;
  private at = 0;

  constructor(private readonly source: string) {
    this.tokens = tokenize(source);
  }

  parse(): GoTemplate {
    const { nodes, ending } = this.parseList();
    if (ending !== 'EOF') throw this.error(`unexpected {{${ending}}}`);
    return { main: nodes, defined: this.defined };
  }

  /** Nodes up to the `{{end}}` or `{{else}}` that belongs to an enclosing node; of that, only its word is consumed. */
  private parseList(): { nodes: Node[]; ending: Ending } {
    const nodes: Node[] = [];
    for (;;) {
      const token = this.next();
      if (!token) return { nodes, ending: 'EOF' };
      if (token.type === 'text') {
        nodes.push({ type: 'text', text: token.text });
        continue;
      }
      this.skipSpace();
      const word = this.peek()?.type === 'word' ? (this.peek() as Token).text : '';
      if (word === 'end' || word === 'else') {
        this.next();
        return { nodes, ending: word };
      }
      const node = this.parseAction(word);
      if (node) nodes.push(node);
    }
  }

  private parseAction(word: string): Node | undefined {
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        this.next();
        return this.parseControl(word);
      case 'define':
        this.next();
        return this.parseDefinition();
      case 'block':
      case 'template':
        this.next();
        return this.parseTemplateCall(word);
      case 'break':
      case 'continue':
        this.next();
        if (this.ranges === 0) throw this.error(`{{${word}}} outside {{range}}`);
        this.expectEnd(word);
        return { type: word };
      default: {
        const pipeline = this.parsePipeline('command');
        this.expectEnd('command');
        return { type: 'output', pipeline };
      }
    }
  }

  private parseControl(type: 'if' | 'with' | 'range'): Node {
    const outside = [...this.variables];
    const pipeline = this.parsePipeline(type);
    this.expectEnd(type);
    if (type === 'range') this.ranges++;
    const { nodes: body, ending } = this.parseList();
    if (type === 'range') this.ranges--;
    const otherwise = ending === 'else' ? this.parseElse(type) : this.closed(ending);
    this.variables = outside;
    return { type, pipeline, body, otherwise };
  }

  /** `{{else}}`, or `{{else if …}}` that shares the `{{end}}` of the first. */
  private parseElse(type: 'if' | 'with' | 'range'): Node[] {
    this.skipSpace();
    if (this.peek()?.text === type && type !== 'range') {
      this.next();
      return [this.parseControl(type)];
    }
    this.expectEnd('else');
    const { nodes, ending } = this.parseList();
    this.closed(ending);
    return nodes;
  }

  private closed(ending: Ending): Node[] {
    if (ending === 'EOF') throw this.error('unexpected EOF');
    if (ending === 'else') throw this.error('expected end; found {{else}}');
    this.expectEnd('end');
    return [];
  }

  private parseDefinition(): undefined {
    const name = this.expectName('define clause');
    this.expectEnd('define clause');
    this.defined.set(name, this.parseBody());
  }

  private parseTemplateCall(word: 'block' | 'template'): Node {
    const name = this.expectName(`${word} clause`);
    this.skipSpace();
    const pipeline = this.peek()?.type === 'end' ? undefined : this.parsePipeline(`${word} clause`);
    this.expectEnd(`${word} clause`);
    if (word === 'block') this.defined.set(name, this.parseBody());
    return { type: 'template', name, pipeline };
  }

  /** The nodes of a template of its own, which sees no variable but `$`. */
  private parseBody(): Node[] {
    const [outside, ranges] = [this.variables, this.ranges];
    [this.variables, this.ranges] = [['$'], 0];
    const { nodes, ending } = this.parseList();
    this.closed(ending);
    [this.variables, this.ranges] = [outside, ranges];
    return nodes;
  }

  private parsePipeline(context: string): Pipeline {
    const { variables, assigns } = this.parseVariables(context);
    const commands: Command[] = [];
    for (;;) {
      commands.push(this.parseCommand(context));
      this.skipSpace();
      if (this.peek()?.type !== 'pipe') break;
      this.next();
    }
    if (!assigns) this.variables.push(...variables);
    return { variables, assigns, commands };
  }

  /** `$x :=`, `$x =` or, of a range, `$index, $element :=`; nothing where the pipeline merely begins with a variable. */
  private parseVariables(context: string): { variables: string[]; assigns: boolean } {
    const begin = this.at;
    const variables: string[] = [];
    for (this.skipSpace(); this.peek()?.type === 'variable'; this.skipSpace()) {
      variables.push((this.next() as Token).text);
      this.skipSpace();
      const type = this.peek()?.type;
      if (type === 'declare' || type === 'assign') {
        this.next();
        if (type === 'assign') variables.forEach((name) => this.requireVariable(name));
        return { variables, assigns: type === 'assign' };
      }
      if (type !== 'comma' || context !== 'range' || variables.length > 1) break;
      this.next();
    }
    this.at = begin;
    return { variables: [], assigns: false };
  }

  private parseCommand(context: string): Command {
    this.skipSpace();
    const first = this.peek();
    const operands: Operand[] = [];
    for (; ; this.skipSpace()) {
      const operand = this.parseOperand();
      if (!operand) break;
      operands.push(operand);
      if (this.peek() && !SEPARATORS.has((this.peek() as Token).type)) throw this.unexpected('operand');
    }
    const [head, ...rest] = operands;
    if (!head || !first) throw this.error(`missing value for ${context}`);
    const end = this.peek()?.at ?? this.source.length;
    const text = this.source.slice(first.at, end).trim();
    return { operands: [head, ...rest], text, line: lineOf(this.source, first.at) };
  }

  private parseOperand(): Operand | undefined {
    const of = this.parseTerm();
    if (!of) return undefined;
    const names: string[] = [];
    while (this.peek()?.type === 'field') names.push((this.next() as Token).text.slice(1));
    return names.length > 0 ? { type: 'fields', of, names } : of;
  }

  private parseTerm(): Operand | undefined {
    const token = this.peek();
    switch (token?.type) {
      case 'field':
        return { type: 'dot' };
      case 'dot':
        this.next();
        return { type: 'dot' };
      case 'variable':
        this.next();
        this.requireVariable(token.text);
        return { type: 'variable', name: token.text };
      case 'word':
        this.next();
        return this.wordOperand(token.text);
      case 'string':
      case 'raw string':
      case 'character':
      case 'number':
        this.next();
        return { type: 'literal', value: readLiteral(token) };
      case 'open': {
        this.next();
        const pipeline = this.parsePipeline('parenthesized pipeline');
        this.skipSpace();
        if (this.peek()?.type !== 'close') throw this.error('unclosed left paren');
        this.next();
        return { type: 'pipeline', pipeline };
      }
      default:
        return undefined;
    }
  }

  private wordOperand(word: string): Operand {
    if (word === 'nil') return { type: 'nil' };
    if (word === 'true' || word === 'false') return { type: 'literal', value: word === 'true' };
    if (!isFunction(word)) throw this.error(`function "${word}" not defined`);
    return { type: 'function', name: word };
  }

  private requireVariable(name: string): void {
    if (!this.variables.includes(name)) throw this.error(`undefined variable "${name}"`);
  }

  private expectName(context: string): string {
    this.skipSpace();
    const token = this.next();
    if (token?.type !== 'string' && token?.type !== 'raw string') throw this.unexpected(context);
    return String(readLiteral(token));
  }

  private expectEnd(context: string): void {
    this.skipSpace();
    if (this.peek()?.type !== 'end') throw this.unexpected(context);
    this.next();
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }

  private next(): Token | undefined {
    return this.tokens[this.at++];
  }

  private skipSpace(): void {
    while (this.peek()?.type === 'space') this.at++;
  }

  private unexpected(context: string): TemplateError {
    return this.error(`unexpected "${this.peek()?.text ?? ''}" in ${context}`);
  }

  private error(message: string): TemplateError {
    const at = (this.tokens[this.at] ?? this.tokens.at(-1))?.at ?? 0;
    return new TemplateError(`template: output:${lineOf(this.source, at)}: ${message}`);
  }
}

const SEPARATORS: ReadonlySet<TokenType> = new Set(['space', 'end', 'pipe', 'close']);
