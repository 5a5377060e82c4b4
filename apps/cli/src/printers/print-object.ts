import { kindWithGroup } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import { CommandError } from '../errors.js';
import { CustomColumnsPrinter } from './custom-columns.js';
import { sortKeys, toGoJson } from './go-json.js';
import { toGoYaml } from './go-yaml.js';
import { renderGoTemplate } from './go-template/evaluate.js';
import { findAll, MissingPathError, renderJsonPath } from './jsonpath.js';
import { toKyaml } from './kyaml.js';
import type { OutputFormat } from './output-format.js';

type Named = { singular: string; group: string };

/** Prints objects in the machine formats; several YAML documents are separated by `---`. */
export class ObjectPrinter {
  private printed = 0;
  private columns?: CustomColumnsPrinter;

  constructor(
    private readonly format: OutputFormat,
    private readonly options: { showManagedFields?: boolean; headers?: boolean } = {},
  ) {}

  print(object: KubeObject, resource: Named): string {
    const shown = this.options.showManagedFields ? object : withoutManagedFields(object);
    switch (this.format.type) {
      case 'json':
        return `${toGoJson(sortKeys(shown))}\n`;
      case 'yaml':
        return `${this.printed++ > 0 ? '---\n' : ''}${toGoYaml(shown)}`;
      case 'name':
        return `${kindWithGroup(resource)}/${object.metadata?.name ?? ''}\n`;
      case 'kyaml':
        return `---\n${toKyaml(shown)}\n`;
      case 'jsonpath':
        return printJsonPath(this.format, shown);
      case 'go-template':
        return printTemplate(this.format, shown);
      case 'custom-columns':
        this.columns ??= new CustomColumnsPrinter(this.format.spec, this.options.headers !== false);
        return this.columns.print(Array.isArray(shown.items) ? (shown.items as KubeObject[]) : [shown]);
      default:
        throw new Error(`no printer for ${this.format.type}`);
    }
  }
}

function printJsonPath(
  { template, source, asJson, strict }: Extract<OutputFormat, { type: 'jsonpath' }>,
  object: KubeObject,
): string {
  try {
    if (!asJson) return renderJsonPath(template, object, { strict });
    const found = findAll(template, object, { strict });
    return found.map((values) => `${toGoJson(sortKeys(values))}\n`).join('');
  } catch (error) {
    if (!(error instanceof MissingPathError)) throw error;
    throw new CommandError(`error executing jsonpath "${source}": ${error.message}`, 1, { cause: error });
  }
}

function printTemplate(
  { template, source, strict }: Extract<OutputFormat, { type: 'go-template' }>,
  object: KubeObject,
): string {
  try {
    return renderGoTemplate(template, object, { strict });
  } catch (error) {
    throw new CommandError(`error executing template "${source}": ${(error as Error).message}`, 1, { cause: error });
  }
}

/** Nobody reads managedFields unless they ask for them. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  const items = Array.isArray(object.items) ? { items: (object.items as KubeObject[]).map(withoutManagedFields) } : {};
  if (!object.metadata?.managedFields) return { ...object, ...items };
  const { managedFields: _hidden, ...metadata } = object.metadata;
  return { ...object, ...items, metadata };
}
