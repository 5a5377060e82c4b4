import { shortAge, type KubeObject, type TableColumn } from '@faktorz/apimachinery';

/** How old the object is, as kubectl prints it: `3m20s`. */
export const ageColumn: TableColumn<KubeObject> = {
  name: 'Age',
  type: 'string',
  description: 'How long ago the object was made.',
  cell: ({ metadata }, now) => ageOf(metadata.creationTimestamp, now),
};

export function ageOf(time: string | null | undefined, now: Date): string {
  return time ? shortAge(now.getTime() - Date.parse(time)) : '<unknown>';
}

/** A column of plain text. */
export function textColumn<T>(
  name: string,
  description: string,
  cell: (object: T, now: Date) => string,
  priority = 0,
): TableColumn<T> {
  return { name, type: 'string', description, priority, cell };
}

/** A column of whole numbers. */
export function countColumn<T>(name: string, description: string, cell: (object: T) => number): TableColumn<T> {
  return { name, type: 'integer', description, cell };
}
