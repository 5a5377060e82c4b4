import { SECRET_TYPE, type Secret } from './secret.js';

/** Annotation by which a pull secret is kept from imports and from `imagestreams/secrets`. */
const EXCLUDED = 'openshift.io/image.excludeSecret';

/** Is this one of the secrets that images of its namespace are pulled with? */
export function isPullSecret({ type, metadata }: Secret): boolean {
  return (
    (type === SECRET_TYPE.dockerCfg || type === SECRET_TYPE.dockerConfigJson) &&
    metadata.annotations?.[EXCLUDED] !== 'true'
  );
}
