import { apiVersionOf, decodeBody, strictDecodingError } from '../../decode/index.js';
import { applyServerSide } from '../../fields/index.js';
import type { KubeObject } from '../../kube-object.js';
import { applyPatch, type Patched } from '../../patch/index.js';
import { patchedInvalid } from '../../patch/patch-errors.js';
import { parseMediaRange } from '../../negotiation/accept.js';
import { parseWriteOptions, type FieldValidation, type WriteOptions } from '../../request/query-options.js';
import type { RequestContext } from '../../resource-definition.js';
import { ApiError } from '../../status/api-error.js';
import { conflict, notFound, OBJECT_MODIFIED, unsupportedMediaType } from '../../status/errors.js';
import { matchName, matchNamespace } from '../object-identity.js';
import { isAnswer, representationOf, sendObject } from '../represent.js';
import { readBody } from '../request-body.js';
import { contextOf, type ResourceRequest, type Target } from '../resource-request.js';
import { checkNamespace, contextOverrides } from './write.js';

/** A patch without a version of its own is made anew so often when others write in between. */
const ATTEMPTS = 5;

const PATCH_TYPES = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
} as const;
type PatchType = (typeof PATCH_TYPES)[keyof typeof PATCH_TYPES];

/** PATCH of one object, by any of the four kinds of patch. */
export async function patch(request: ResourceRequest): Promise<void> {
  const { exchange } = request;
  const representation = representationOf(request);
  const type = patchTypeOf(exchange.headers['content-type']);
  const options = parseWriteOptions(exchange.query, 'PatchOptions', type === 'apply');
  const bytes = await readBody(exchange.request.raw);
  const context = contextOf(request, { ...contextOverrides(options), isApply: type === 'apply' });
  const next =
    type === 'apply' ? appliedTo(request, bytes, options, context) : patchedFrom(request, type, bytes, options);

  for (let attempt = 1; ; attempt += 1) {
    const current = await currentObject(request, context, type === 'apply');
    const object = next(current);
    matchNamespace(object, request.path);
    matchName(object, request.path);
    checkVersion(request, object, current);
    if (!current && object.metadata.uid) throw uidOfNoObject(request, object.metadata.uid);
    if (current) object.metadata.resourceVersion ||= current.metadata.resourceVersion;
    try {
      const { status, body } = current
        ? await store(request, object, context)
        : await createApplied(request, object, context);
      return await sendObject(request, representation, status, body);
    } catch (error) {
      const isOvertaken =
        error instanceof ApiError && (error.reason === 'Conflict' || (!current && error.reason === 'AlreadyExists'));
      if (!isOvertaken || attempt === ATTEMPTS || exchange.signal.aborted) throw error;
    }
  }
}

function patchTypeOf(header: string | undefined): PatchType {
  const { type } = parseMediaRange(header ?? '');
  if (Object.hasOwn(PATCH_TYPES, type)) return PATCH_TYPES[type as keyof typeof PATCH_TYPES];
  throw unsupportedMediaType(Object.keys(PATCH_TYPES));
}

async function currentObject(
  { target: { handlers, subresource } }: ResourceRequest,
  context: RequestContext,
  mayBeMissing: boolean,
): Promise<KubeObject | undefined> {
  try {
    // Handlers may hand out an object that others read too: it is copied before anything is changed.
    return structuredClone<KubeObject>(await (handlers.getToPatch?.(context) ?? handlers.get!(context)));
  } catch (error) {
    const isMissing = error instanceof ApiError && error.reason === 'NotFound';
    if (isMissing && mayBeMissing && handlers.create && subresource === undefined) return undefined;
    throw error;
  }
}

/** How the three patches of an existing object make the next one, with what they warn of said once. */
function patchedFrom(
  { exchange, target, path }: ResourceRequest,
  type: Exclude<PatchType, 'apply'>,
  bytes: Buffer,
  { fieldValidation }: WriteOptions,
): (current: KubeObject | undefined) => KubeObject {
  const { definition } = target;
  return (current) => {
    if (current === undefined) throw notFound(definition.plural, definition.group, path.name ?? '');
    const patched = applyPatch({ type, patch: bytes, current, schema: target.schema, schemas: definition.schemas });
    const { object, warnings } = decodePatched(patched, target, fieldValidation);
    for (const warning of warnings) exchange.warn(warning);
    return object;
  };
}

/** The patched object, checked like any that comes in. Throws Invalid, naming the patch: the client did not send the object. */
function decodePatched(
  { object: patched, duplicates }: Patched,
  { definition, kind, schema }: Target,
  fieldValidation: FieldValidation,
) {
  try {
    const { object, warnings } = decodeBody({
      bytes: Buffer.from(JSON.stringify(patched)),
      contentType: 'application/json',
      kind,
      schema,
      schemas: definition.schemas,
      fieldValidation: fieldValidation === 'Strict' ? 'Warn' : fieldValidation,
      keepsNul: definition.keepsNul,
    });
    const problems = fieldValidation === 'Ignore' ? [] : [...duplicates, ...warnings];
    if (problems.length > 0 && fieldValidation === 'Strict') throw patchedInvalid(strictDecodingError(problems));
    return { object, warnings: problems };
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'BadRequest') throw error;
    const detail = error.message.replace(/^.* cannot be handled as an? \w+: /, '');
    throw patchedInvalid(detail, error);
  }
}

/** How server-side apply makes the next object out of the current one, if there is any. */
function appliedTo(
  { exchange, target, path }: ResourceRequest,
  bytes: Buffer,
  options: WriteOptions,
  context: RequestContext,
): (current: KubeObject | undefined) => KubeObject {
  const { definition } = target;
  const { object: applied, warnings } = decodeBody({
    bytes,
    contentType: 'application/yaml',
    kind: target.kind,
    schema: target.schema,
    schemas: definition.schemas,
    fieldValidation: options.fieldValidation,
    asSent: true,
    keepsNul: definition.keepsNul,
  });
  for (const warning of warnings) exchange.warn(warning);
  matchName(applied, path);
  matchNamespace(applied, path);
  return (current) =>
    applyServerSide({
      current,
      applied: structuredClone(applied),
      manager: context.fieldManager,
      force: options.force ?? false,
      subresource: path.subresource,
      now: new Date(),
      apiVersion: apiVersionOf(target.kind),
      schema: target.schema,
      schemas: definition.schemas,
    });
}

/** A version in the patch is a condition: it must be the current one, and no second attempt is made. */
function checkVersion({ target, path }: ResourceRequest, object: KubeObject, current: KubeObject | undefined): void {
  const { resourceVersion } = object.metadata;
  if (!current || !resourceVersion || resourceVersion === current.metadata.resourceVersion) return;
  throw conflict(target.definition.plural, target.definition.group, path.name ?? '', OBJECT_MODIFIED);
}

/** The answer to an apply that means an object which is no more. */
function uidOfNoObject({ target: { definition }, path }: ResourceRequest, uid: string): ApiError {
  const detail = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
  return conflict(definition.plural, definition.group, path.name ?? '', detail);
}

async function store(
  { target }: ResourceRequest,
  object: KubeObject,
  context: RequestContext,
): Promise<{ status: number; body: object }> {
  const result = await target.handlers.update!(object, context);
  return { status: result.created ? 201 : 200, body: result.object };
}

async function createApplied(
  request: ResourceRequest,
  object: KubeObject,
  context: RequestContext,
): Promise<{ status: number; body: object }> {
  await checkNamespace(request);
  const result = await request.target.handlers.create!(object, context);
  return isAnswer(result) ? result : { status: 201, body: result };
}
