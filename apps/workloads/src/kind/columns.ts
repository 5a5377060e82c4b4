import { nameColumn, shortAge, type TableColumn } from '@faktorz/apimachinery';
import { type PodTemplate, type Workload } from '../pod/pod-spec.js';
import { numberAt } from './workload-kind.js';

type Column = TableColumn<Workload>;

const NONE = '<none>';
export const WIDE = 1;

export { nameColumn };

export const ageColumn: Column = textColumn('Age', 'How long ago it was made.', ({ metadata }, now) =>
  ageOf(metadata.creationTimestamp, now),
);

/** How long ago a time was, as kubectl prints it. */
export function ageOf(time: unknown, now: Date): string {
  return typeof time === 'string' && time !== '' ? shortAge(now.getTime() - Date.parse(time)) : '<unknown>';
}

/** A column of text. */
export function textColumn(
  name: string,
  description: string,
  cell: (object: Workload, now: Date) => string,
  priority = 0,
): Column {
  return { name, type: 'string', description, priority, cell };
}

/** A column with a number of the spec or the status. */
export function countColumn(name: string, description: string, part: 'spec' | 'status', key: string): Column {
  return { name, type: 'integer', description, cell: (object) => numberAt(object[part], key) };
}

/** `2/3`: so many are, so many should be. */
export function readyColumn(key: string): Column {
  return textColumn(
    'Ready',
    'How many of the wanted pods are ready.',
    ({ spec, status }) => `${numberAt(status, key)}/${numberAt(spec, 'replicas')}`,
  );
}

/** Containers and images of a template, in the wide table only unless told otherwise. */
export function containerColumns(template: (object: Workload) => PodTemplate | undefined, priority = WIDE): Column[] {
  const listed = (object: Workload, field: 'name' | 'image') =>
    (template(object)?.spec?.containers ?? []).map((container) => container[field] ?? '').join(',');
  return [
    textColumn('Containers', 'Names of the containers.', (object) => listed(object, 'name'), priority),
    textColumn('Images', 'Images of the containers.', (object) => listed(object, 'image'), priority),
  ];
}

/** Labels its pods are found by. */
export function selectorColumn(selector: (object: Workload) => string): Column {
  return textColumn('Selector', 'Labels its pods are found by.', (object) => selector(object) || NONE, WIDE);
}
