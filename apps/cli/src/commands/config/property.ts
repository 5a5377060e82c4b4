import { CommandError } from '../../errors.js';
import type { Kubeconfig } from '../../kubeconfig/kubeconfig.js';

const LISTS = { clusters: 'cluster', users: 'user', contexts: 'context' } as const;
const BOOLEANS = new Set(['insecure-skip-tls-verify', 'disable-compression']);
const WORDS = { true: true, false: false } as const;

interface Entry {
  name: string;
  [kind: string]: unknown;
}

/** A value of a kubeconfig by its dotted name: `current-context`, `preferences.F` or `clusters.NAME.F`. Names may have dots. */
export class Property {
  private readonly list: keyof typeof LISTS | undefined;
  private readonly rest: string;

  constructor(private readonly path: string) {
    const [head = '', ...tail] = path.split('.');
    this.list = head in LISTS ? (head as keyof typeof LISTS) : undefined;
    this.rest = tail.join('.');
    const known = path === 'current-context' || head === 'preferences' || this.list !== undefined;
    if (!known) {
      throw new CommandError(
        `unable to parse ${path}: write current-context, clusters.NAME.FIELD, users.NAME.FIELD or contexts.NAME.FIELD`,
      );
    }
  }

  set(config: Kubeconfig, text: string): void {
    if (this.path === 'current-context') config['current-context'] = text;
    else if (!this.list) config.preferences = { ...config.preferences, [this.requireRest()]: text };
    else {
      const { name, field } = this.nameAndField();
      const entries = config[this.list] as Entry[];
      const entry = entries.find((one) => one.name === name) ?? addEntry(entries, name, LISTS[this.list]);
      (entry[LISTS[this.list]] as Record<string, unknown>)[field] = valueFor(field, text);
    }
  }

  unset(config: Kubeconfig): void {
    if (this.path === 'current-context') config['current-context'] = '';
    else if (!this.list) {
      const { [this.rest]: _gone, ...others } = config.preferences ?? {};
      config.preferences = this.rest === '' ? {} : others;
    } else if (this.rest === '') Object.assign(config, { [this.list]: [] });
    else {
      const entries = config[this.list] as Entry[];
      const at = entries.findIndex((one) => one.name === this.rest);
      if (at >= 0) {
        entries.splice(at, 1);
        return;
      }
      const { name, field } = this.nameAndField();
      const entry = entries.find((one) => one.name === name);
      if (entry) delete (entry[LISTS[this.list]] as Record<string, unknown>)[field];
    }
  }

  private requireRest(): string {
    if (this.rest === '') throw new CommandError(`unable to parse ${this.path}: a field is missing`);
    return this.rest;
  }

  /** The field is what follows the last dot; `NAME` alone has none. */
  private nameAndField(): { name: string; field: string } {
    const rest = this.requireRest();
    const dot = rest.lastIndexOf('.');
    return dot < 0 ? { name: rest, field: '' } : { name: rest.slice(0, dot), field: rest.slice(dot + 1) };
  }
}

function addEntry(entries: Entry[], name: string, kind: string): Entry {
  const entry = { name, [kind]: {} };
  entries.push(entry);
  return entry;
}

function valueFor(field: string, text: string): unknown {
  if (field === '') throw new CommandError('a field is missing: write clusters.NAME.FIELD');
  if (!BOOLEANS.has(field)) return text;
  if (!(text in WORDS)) throw new CommandError(`${field} is true or false, not "${text}"`);
  return WORDS[text as keyof typeof WORDS];
}
