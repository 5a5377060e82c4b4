import { fieldOf, kindSchema, listSchema, metaSchemas, structSchema } from '../src/openapi/index.js';
import type { SchemaLibrary } from '../src/schema.js';

const garden = (name: string) => `org.example.garden.v1.${name}`;

/** Component name of the kind tests use: a garden with keyed beds, a set of gates and free-form notes. */
export const GARDEN = garden('Garden');

/** The API version of gardens. */
export const GARDEN_VERSION = 'garden.example.org/v1';

export const gardenKind = { group: 'garden.example.org', version: 'v1', kind: 'Garden' };

export const gardenSchemas: SchemaLibrary = {
  ...metaSchemas,
  [GARDEN]: kindSchema(
    { description: 'A garden.', kinds: [gardenKind] },
    {
      spec: fieldOf.part(garden('GardenSpec'), 'Wanted.'),
      status: fieldOf.computed(fieldOf.part(garden('GardenStatus'), 'Present.')),
    },
  ),
  [garden('GardenList')]: listSchema('Gardens.', GARDEN, [{ ...gardenKind, kind: 'GardenList' }]),
  [garden('GardenSpec')]: structSchema('Wanted.', {
    beds: fieldOf.mergedBy('name', fieldOf.listOf(garden('Bed'), 'Beds.')),
    gates: { ...fieldOf.texts('Gates.'), 'x-kubernetes-list-type': 'set', 'x-kubernetes-patch-strategy': 'merge' },
    notes: { type: 'object', description: 'Anything.', 'x-kubernetes-preserve-unknown-fields': true },
    openFrom: fieldOf.optionalPart('io.k8s.apimachinery.pkg.apis.meta.v1.Time', 'Since when it is open.'),
    paths: fieldOf.texts('Paths, kept as a whole.'),
    public: fieldOf.requiredFlag('May anybody enter?'),
    seal: fieldOf.bytes('A seal.'),
    size: fieldOf.number('Square metres.', 'int32'),
  }),
  [garden('GardenStatus')]: structSchema('Present.', { visitors: fieldOf.requiredNumber('How many.') }),
  [garden('Bed')]: structSchema(
    'A bed.',
    {
      name: fieldOf.requiredText('Name.'),
      owner: fieldOf.optionalPart(garden('Owner'), 'Whose it is.'),
      plants: fieldOf.orNull(fieldOf.textMap('How many of each.')),
      watered: fieldOf.flag('Watered?'),
    },
    ['name'],
  ),
  [garden('Owner')]: {
    ...structSchema('A person.', { kind: fieldOf.text('Kind.'), name: fieldOf.text('Name.') }),
    'x-kubernetes-map-type': 'atomic',
  },
};

/** What decoding, patching and tracking need to know of gardens. */
export const gardenType = { schema: GARDEN, schemas: gardenSchemas } as const;
