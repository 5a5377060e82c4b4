import { humanDurationAgo, nameColumn, type KubeObject, type TableColumn } from '@faktorz/apimachinery';
import { describeSpec, describeStatus, tagUpdated } from './describe-tag.js';
import { lastChange, packTags } from './pack-tags.js';
import { columnOf, type ShownImage, type ShownStream, type ShownStreamImage, type ShownTag } from './shown-objects.js';

type Columns = readonly TableColumn<KubeObject>[];

const REFERENCE = 'Where the image can be pulled from.';
const UPDATED = 'When it changed last.';

/** `3 seconds ago`; empty without a time. */
function ago(time: string | null | undefined, now: Date): string {
  const date = new Date(time ?? '');
  return Number.isNaN(date.getTime()) ? '' : humanDurationAgo(date, now);
}

function updatedColumn<T extends KubeObject>(time: (object: T) => string | null | undefined): TableColumn<KubeObject> {
  return columnOf<T>({ name: 'Updated', description: UPDATED, cell: (object, now) => ago(time(object), now) });
}

const referenceColumn = (wide: boolean) =>
  columnOf<ShownStreamImage>({
    name: 'Image Reference',
    description: REFERENCE,
    wide,
    cell: ({ image }) => image?.dockerImageReference ?? '',
  });

const imageNameColumn = columnOf<ShownStreamImage>({
  name: 'Image Name',
  description: 'Name of the image, its digest.',
  wide: true,
  cell: ({ image }) => image?.metadata?.name ?? '',
});

/** Columns of `imagestreams`. */
export const imageStreamColumns: Columns = [
  nameColumn,
  columnOf<ShownStream>({
    name: 'Image Repository',
    description: 'Where the stream can be pulled from.',
    cell: ({ spec, status }) =>
      status?.publicDockerImageRepository || spec?.dockerImageRepository || status?.dockerImageRepository || '',
  }),
  columnOf<ShownStream>({
    name: 'Tags',
    description: 'Tags, the ones that changed last first.',
    cell: ({ status }) => packTags(status?.tags ?? []),
  }),
  updatedColumn<ShownStream>(({ status }) => lastChange(status?.tags ?? [])),
];

/** Columns of `imagestreamtags`. */
export const imageStreamTagColumns: Columns = [
  nameColumn,
  referenceColumn(false),
  updatedColumn<ShownStreamImage>(({ metadata }) => metadata.creationTimestamp),
  imageNameColumn,
];

/** Columns of `imagetags`. */
export const imageTagColumns: Columns = [
  nameColumn,
  columnOf<ShownTag>({ name: 'Spec', description: 'How the tag gets its images.', cell: describeSpec }),
  columnOf<ShownTag>({ name: 'Status', description: 'What the tag points at.', cell: describeStatus }),
  columnOf<ShownTag>({
    name: 'History',
    type: 'number',
    description: 'How many images the tag has pointed at.',
    cell: ({ status }) => status?.items?.length || null,
  }),
  updatedColumn<ShownTag>(tagUpdated),
];

/** Columns of `imagestreamimages`. */
export const imageStreamImageColumns: Columns = [
  nameColumn,
  updatedColumn<ShownStreamImage>(({ metadata }) => metadata.creationTimestamp),
  referenceColumn(true),
  imageNameColumn,
];

/** Columns of `images`. */
export const imageColumns: Columns = [
  nameColumn,
  columnOf<KubeObject & ShownImage>({
    name: 'Image Reference',
    description: REFERENCE,
    cell: ({ dockerImageReference }) => dockerImageReference ?? '',
  }),
];
