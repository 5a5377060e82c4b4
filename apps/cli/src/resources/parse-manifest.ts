import type { KubeObject } from '../client/kube-object.js';
import { CommandError } from '../errors.js';

/** Objects of a JSON or YAML text with any number of documents; lists are taken apart. Throws with the file's name. */
export async function parseManifest(text: string, source: string): Promise<KubeObject[]> {
  const documents = text.trimStart().startsWith('{') ? parseJson(text, source) : await parseYaml(text, source);
  return documents.flatMap((document) => itemsOf(document, source));
}

function parseJson(text: string, source: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch (error) {
    throw new CommandError(`unable to decode "${source}": ${(error as Error).message}`, 1, { cause: error });
  }
}

/** Kubernetes reads YAML 1.1 (`yes` is true), but keeps times as the texts they are. */
async function parseYaml(text: string, source: string): Promise<unknown[]> {
  const { parseAllDocuments } = await import('yaml');
  const kept = new Set([
    'tag:yaml.org,2002:timestamp',
    'tag:yaml.org,2002:binary',
    'tag:yaml.org,2002:set',
    'tag:yaml.org,2002:omap',
  ]);
  const documents = parseAllDocuments(text, {
    version: '1.1',
    schema: 'yaml-1.1',
    merge: true,
    uniqueKeys: false,
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !kept.has(tag.tag)),
  });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [problem] = document.errors;
    if (problem) {
      const line = problem.linePos?.[0].line;
      const where = line === undefined ? '' : `line ${line}: `;
      throw new CommandError(
        `error parsing ${source}: error converting YAML to JSON: yaml: ${where}${problem.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '')}`,
      );
    }
    return document.toJS({ maxAliasCount: 1000 }) as unknown;
  });
}

function itemsOf(document: unknown, source: string): KubeObject[] {
  if (document === null || document === undefined) return [];
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new CommandError(
      `error validating "${source}": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
  const object = document as KubeObject;
  const missing = [...(object.apiVersion ? [] : ['apiVersion not set']), ...(object.kind ? [] : ['kind not set'])];
  if (missing.length > 0) {
    const list = missing.length > 1 ? `[${missing.join(', ')}]` : missing[0];
    throw new CommandError(
      `error validating "${source}": error validating data: ${list}; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
  if (!Array.isArray(object.items) || !(object.kind as string).endsWith('List')) return [object];
  const kind = object.kind === 'List' ? undefined : (object.kind as string).slice(0, -'List'.length);
  return (object.items as KubeObject[]).flatMap((item) =>
    itemsOf(kind ? { apiVersion: object.apiVersion, kind, ...item } : item, source),
  );
}
