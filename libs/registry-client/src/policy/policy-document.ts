import { InvalidImageReference, parseImageReference } from '@faktorz/domain';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';

/** The policy cannot be used. `problems` has one sentence per mistake, each naming its field. */
export class BadRegistryPolicy extends Error {
  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(problems.join('; '), options);
    this.name = 'BadRegistryPolicy';
  }
}

const HOST = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\\d{1,5})?';
const host = z
  .string()
  .regex(new RegExp(`^${HOST}$`), 'must be a host with an optional port, such as quay.io or lab:5000');
const hostGlob = z
  .string()
  .regex(
    /^[A-Za-z0-9*?][A-Za-z0-9.*?-]*(?::[\d*?]+)?$/,
    'must be a host, with * and ? as wildcards and an optional port',
  );

/** A registry, a namespace in it, or a repository: `quay.io`, `quay.io/team`, `quay.io/team/app`. */
const repositoryPrefix = z
  .string()
  .refine(isRepositoryPrefix, 'must be registry, registry/namespace or a repository, without tag');

const MirrorSet = z
  .strictObject({
    source: repositoryPrefix,
    mirrors: z.array(repositoryPrefix).default([]),
    mirrorSourcePolicy: z.enum(['AllowContactingSource', 'NeverContactSource']).default('AllowContactingSource'),
  })
  .refine(({ mirrors, mirrorSourcePolicy }) => mirrors.length > 0 || mirrorSourcePolicy !== 'NeverContactSource', {
    path: ['mirrors'],
    message: 'must name at least one where mirrorSourcePolicy is NeverContactSource',
  });

/** Files of one registry, relative to the policy's own directory. */
const TrustFiles = z
  .strictObject({
    ca: z.string().optional(),
    clientCertificate: z.string().optional(),
    clientKey: z.string().optional(),
  })
  .refine(({ clientCertificate, clientKey }) => (clientCertificate === undefined) === (clientKey === undefined), {
    message: 'clientCertificate and clientKey must both be given, or neither',
  });

/** The policy as an operator writes it; the names are those of OpenShift's image configuration and mirror sets. */
const PolicyDocument = z.strictObject({
  allowedRegistriesForImport: z
    .array(z.strictObject({ domainName: hostGlob, insecure: z.boolean().default(false) }))
    .default([]),
  registrySources: z
    .strictObject({ blockedRegistries: z.array(host).default([]), insecureRegistries: z.array(host).default([]) })
    .prefault({}),
  imageDigestMirrors: z.array(MirrorSet).default([]),
  imageTagMirrors: z.array(MirrorSet).default([]),
  trust: z
    .strictObject({
      /** Laid out as `<host[:port]>/*.crt` (authorities), `*.cert` and `*.key` (client certificate). */
      directory: z.string().optional(),
      registries: z.record(host, TrustFiles).default({}),
    })
    .prefault({}),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** Reads a policy written in YAML or JSON; an empty text is an empty policy. Throws `BadRegistryPolicy`. */
export function readPolicyDocument(text: string): PolicyDocument {
  const parsed = PolicyDocument.safeParse(parseYaml(text) ?? {});
  if (parsed.success) return parsed.data;
  throw new BadRegistryPolicy(parsed.error.issues.map(problemOf), { cause: parsed.error });
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    const problem = cause instanceof YAMLParseError ? cause.message.split('\n', 1)[0] : 'it cannot be read';
    throw new BadRegistryPolicy([`it is no YAML: ${problem}`], { cause });
  }
}

function problemOf({ path, message }: z.core.$ZodIssue): string {
  const field = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return field === '' ? message : `${field.slice(1)}: ${message}`;
}

function isRepositoryPrefix(text: string): boolean {
  if (new RegExp(`^${HOST}$`).test(text)) return true;
  try {
    const { registry, tag, id } = parseImageReference(text);
    return registry !== '' && tag === '' && id === '';
  } catch (error) {
    if (error instanceof InvalidImageReference) return false;
    throw error;
  }
}
