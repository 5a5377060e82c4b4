import { isMap, sortedEntries, typeName } from './values.js';

/** A value as `%v` prints it. */
export function formatValue(value: unknown): string {
  return formatOne(value, 'v', { flags: '', width: 0 });
}

/** fmt.Sprintf: a verb that does not suit its value is printed as Go complains about it, never thrown. */
export function sprintf(format: string, values: readonly unknown[]): string {
  let used = 0;
  const text = format.replace(
    /%([-+# 0]*)(\d*)(?:\.(\d*))?(.?)/gsu,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '') return '%!(NOVERB)';
      if (verb === '%') return '%';
      if (used >= values.length) return `%!${verb}(MISSING)`;
      const layout = {
        flags,
        width: Number(width),
        precision: precision === undefined ? undefined : Number(precision),
      };
      return pad(formatOne(values[used++], verb, layout), layout);
    },
  );
  const extra = values.slice(used).map((value) => `${typeName(value)}=${formatValue(value)}`);
  return extra.length > 0 ? `${text}%!(EXTRA ${extra.join(', ')})` : text;
}

interface Layout {
  flags: string;
  width: number;
  precision?: number;
}

function pad(text: string, { flags, width }: Layout): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  const zeroes = flags.includes('0') && /^[-+ ]?[\d.]/.test(text);
  return zeroes ? text.replace(/^[-+ ]?/, (sign) => sign + '0'.repeat(missing)) : ' '.repeat(missing) + text;
}

function formatOne(value: unknown, verb: string, layout: Layout): string {
  if (verb === 'T') return typeName(value);
  if (value === null || value === undefined) return verb === 'v' ? '<nil>' : `%!${verb}(<nil>)`;
  if (Array.isArray(value)) return `[${value.map((item) => formatOne(item, verb, layout)).join(' ')}]`;
  if (isMap(value)) {
    const entries = sortedEntries(value).map(
      ([key, item]) => `${formatOne(key, verb, layout)}:${formatOne(item, verb, layout)}`,
    );
    return `map[${entries.join(' ')}]`;
  }
  const text =
    typeof value === 'string'
      ? formatString(value, verb, layout)
      : typeof value === 'number'
        ? formatNumber(value, verb, layout)
        : formatBoolean(value as boolean, verb);
  return text ?? `%!${verb}(${typeName(value)}=${String(value)})`;
}

function formatBoolean(value: boolean, verb: string): string | undefined {
  return verb === 'v' || verb === 't' ? String(value) : undefined;
}

function formatString(value: string, verb: string, { precision }: Layout): string | undefined {
  const cut = precision === undefined ? value : [...value].slice(0, precision).join('');
  switch (verb) {
    case 's':
    case 'v':
      return cut;
    case 'q':
      return JSON.stringify(cut);
    case 'x':
      return Buffer.from(cut).toString('hex');
    case 'X':
      return Buffer.from(cut).toString('hex').toUpperCase();
    default:
      return undefined;
  }
}

function formatNumber(value: number, verb: string, layout: Layout): string | undefined {
  const sign = value >= 0 ? (/[+ ]/.exec(layout.flags)?.[0] ?? '') : '';
  const text = Number.isInteger(value) ? formatInteger(value, verb) : undefined;
  const shown = text ?? formatFloat(value, verb, layout.precision);
  return shown === undefined ? undefined : sign + shown;
}

function formatInteger(value: number, verb: string): string | undefined {
  switch (verb) {
    case 'd':
    case 'v':
      return String(value);
    case 'b':
      return value.toString(2);
    case 'o':
      return value.toString(8);
    case 'x':
      return value.toString(16);
    case 'X':
      return value.toString(16).toUpperCase();
    case 'c':
      return String.fromCodePoint(value);
    case 'q':
      return `'${String.fromCodePoint(value)}'`;
    case 'U':
      return `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
    default:
      return undefined;
  }
}

function formatFloat(value: number, verb: string, precision: number | undefined): string | undefined {
  switch (verb) {
    case 'f':
    case 'F':
      return value.toFixed(precision ?? 6);
    case 'e':
    case 'E': {
      const text = twoDigitExponent(value.toExponential(precision ?? 6));
      return verb === 'E' ? text.toUpperCase() : text;
    }
    case 'g':
    case 'v': {
      const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
      const short = exponent < -4 || exponent >= (precision ?? 21);
      if (precision !== undefined) return twoDigitExponent(String(Number(value.toPrecision(precision || 1))));
      return short ? twoDigitExponent(value.toExponential()) : String(value);
    }
    default:
      return undefined;
  }
}

function twoDigitExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}
