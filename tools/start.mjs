// npm start: installs and builds what changed, then becomes the launcher. Needs nothing but Node and npm.
import { build, installPackages } from './workspace.mjs';

try {
  await installPackages();
  await build();
} catch (error) {
  console.error(`FaktorZ cannot start: ${error.message}`);
  process.exit(1);
}
await import('../apps/launcher/dist/main.js');
