import { readConfig, runService } from '@faktorz/service-kit';
import { allowLargePushes } from './image-push/push-size.js';
import { tagTrackerEnv } from './tag-tracker.config.js';
import { TagTrackerModule } from './tag-tracker.module.js';

const config = readConfig(tagTrackerEnv, process.env);
await runService({
  name: 'tag-tracker',
  config,
  module: TagTrackerModule.with(config),
  configure: allowLargePushes,
});
