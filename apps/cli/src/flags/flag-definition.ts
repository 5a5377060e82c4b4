/** What a flag takes: nothing, one value, or a value each time it is given (`list` also splits at commas). */
export type FlagKind = 'bool' | 'string' | 'array' | 'list' | 'int' | 'duration';

export interface FlagDefinition {
  name: string;
  short?: string;
  kind: FlagKind;
  /** Shown in help and taken when the flag is absent. */
  default?: string | boolean | number;
  /** Value taken when the flag is given bare, as in `--dry-run`. */
  bare?: string;
  usage: string;
  /** Accepted but not shown. */
  hidden?: boolean;
}
