/** A read template. */
export type Node =
  | { type: 'text'; text: string }
  | { type: 'output'; pipeline: Pipeline }
  | { type: 'if' | 'with' | 'range'; pipeline: Pipeline; body: Node[]; otherwise: Node[] }
  | { type: 'template'; name: string; pipeline?: Pipeline }
  | { type: 'break' }
  | { type: 'continue' };

/** `$a, $b := command | command`; each command gets the value of the one before as its last argument. */
export interface Pipeline {
  variables: string[];
  /** True for `=`: the variables are there already. */
  assigns: boolean;
  commands: Command[];
}

/** A function or value with arguments. */
export interface Command {
  operands: [Operand, ...Operand[]];
  text: string;
  line: number;
}

export type Operand =
  | { type: 'dot' }
  | { type: 'nil' }
  | { type: 'literal'; value: string | number | boolean }
  | { type: 'variable'; name: string }
  | { type: 'function'; name: string }
  | { type: 'pipeline'; pipeline: Pipeline }
  | { type: 'fields'; of: Operand; names: string[] };

/** The main template with those it defines beside itself. */
export interface GoTemplate {
  main: Node[];
  defined: Map<string, Node[]>;
}
