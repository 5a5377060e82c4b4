import { alignTabs, DESCRIBE_TABS } from '../printers/tab-writer.js';

/** Collects `Label:<tab>value` lines and lays them out. */
export class LabelledLines {
  private text = '';

  /** A value of several lines goes on below itself; an empty one reads `<none>`. */
  add(label: string, value: string | number | undefined): this {
    const shown = value === undefined || value === '' ? '<none>' : String(value);
    this.text += `${label}:${shown
      .split('\n')
      .map((line) => `\t${line}\n`)
      .join('')}`;
    return this;
  }

  /** One `key=value` a line, sorted. */
  addMap(label: string, map: Record<string, string> | null | undefined): this {
    const pairs = Object.keys(map ?? {})
      .sort()
      .map((key) => `${key}=${(map as Record<string, string>)[key]}`);
    return this.add(label, pairs.join('\n'));
  }

  raw(text: string): this {
    this.text += text;
    return this;
  }

  toString(): string {
    return alignTabs(this.text, DESCRIBE_TABS);
  }
}
