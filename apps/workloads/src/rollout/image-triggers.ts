import type { ResolvedTags } from '../image-lookup/pull-specs.js';
import {
  type DeploymentConfig,
  type ImageChangeParams,
  imageTriggersOf,
} from '../openshift/deployment-config.types.js';
import { tagOf, type TagName } from '../openshift/object-reference.js';
import { containersOf } from '../pod/pod-spec.js';

/** Which image change triggers a request for a rollout brings up to date. */
export interface TriggerChoice {
  /** Those that are not automatic, too. */
  force: boolean;
  /** Types of triggers to leave as they are. */
  exclude: readonly string[];
}

/** The tags whose images the chosen triggers want. */
export function wantedTags(config: DeploymentConfig, choice: TriggerChoice): TagName[] {
  return chosen(config, choice).flatMap((trigger) => {
    const tag = tagOf(trigger.from ?? {}, config.metadata.namespace ?? '');
    return tag ? [tag] : [];
  });
}

/** Writes new images of the chosen triggers into the config. A tag that points nowhere changes nothing. */
export function fillInImages(config: DeploymentConfig, choice: TriggerChoice, tags: ResolvedTags): void {
  for (const trigger of chosen(config, choice)) {
    const tag = tagOf(trigger.from ?? {}, config.metadata.namespace ?? '');
    const image = tag && tags.pullSpec(tag);
    if (!image || image === trigger.lastTriggeredImage) continue;
    for (const { container } of containersOf(config.spec?.template?.spec)) {
      if (!trigger.containerNames?.includes(container.name ?? '')) continue;
      container.image = image;
      trigger.lastTriggeredImage = image;
    }
  }
}

function chosen(config: DeploymentConfig, { force, exclude }: TriggerChoice): ImageChangeParams[] {
  if (exclude.includes('ImageChange')) return [];
  return imageTriggersOf(config).filter(({ automatic }) => force || (automatic && !config.spec?.paused));
}
