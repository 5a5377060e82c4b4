import { containersOf } from '../pod/pod-spec.js';
import {
  type DeploymentConfig,
  type ImageChangeParams,
  imageTriggersOf,
  latestVersionOf,
  type RolloutCause,
} from '../openshift/deployment-config.types.js';
import { same } from '../kind/same-value.js';

/** Is there an image that a trigger has still to fill in? Nothing is rolled out before. */
export function hasUnresolvedImages(config: DeploymentConfig): boolean {
  const isBlank = ({ container }: { container: { image?: string } }) => (container.image ?? '').trim() === '';
  return (
    imageTriggersOf(config).some(({ lastTriggeredImage }) => !lastTriggeredImage) ||
    containersOf(config.spec?.template?.spec).some(isBlank)
  );
}

/**
 * Why a config has to be rolled out; empty when it has not. `previous` is the config as its latest rollout had it, absent
 * before the first. A new image counts rather than the change of the template it makes.
 */
export function rolloutCauses(config: DeploymentConfig, previous: DeploymentConfig | undefined): RolloutCause[] {
  const isFirst = latestVersionOf(config) === 0 || !previous;
  const images = imageTriggersOf(config);
  const isNew = !isFirst && images.some((trigger) => !matching(trigger, previous));
  const begins = images.findIndex(
    (trigger) => trigger.automatic && (isFirst || isNew || hasOtherImage(trigger, previous)),
  );
  const causes =
    begins < 0 ? [] : images.slice(begins).flatMap((trigger) => (trigger.automatic ? [imageCause(trigger)] : []));
  if (causes.length > 0) return causes;
  const followsConfig = config.spec?.triggers?.some(({ type }) => type === 'ConfigChange') ?? false;
  const isChanged = isFirst || !same(config.spec?.template, previous.spec?.template);
  return followsConfig && isChanged ? [{ type: 'ConfigChange' }] : [];
}

/** What `status.details.message` says. */
export function causesInWords([first]: readonly RolloutCause[]): string {
  if (first?.type === 'ImageChange') return 'image change';
  return first?.type === 'ConfigChange' ? 'config change' : 'manual change';
}

function hasOtherImage(trigger: ImageChangeParams, previous: DeploymentConfig): boolean {
  const before = matching(trigger, previous);
  return before !== undefined && before.lastTriggeredImage !== trigger.lastTriggeredImage;
}

function matching({ from }: ImageChangeParams, previous: DeploymentConfig): ImageChangeParams | undefined {
  return imageTriggersOf(previous).find(
    (other) => other.from?.name === from?.name && other.from?.namespace === from?.namespace,
  );
}

function imageCause({ from }: ImageChangeParams): RolloutCause {
  const { name, namespace } = from ?? {};
  return { type: 'ImageChange', imageTrigger: { from: { kind: 'ImageStreamTag', namespace, name } } };
}
