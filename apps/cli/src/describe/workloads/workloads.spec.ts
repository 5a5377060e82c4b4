import { describe, expect, it } from '@jest/globals';
import { describeProject } from '../project.js';
import { describeBuildConfig } from './build-config.js';
import { describeDeploymentConfig } from './deployment-config.js';
import { selectorText } from './own-lines.js';
import { describeWorkload } from './workload.js';

const NOW = new Date('2031-05-06T12:00:00Z');
const EVENTS = 'Events:\t<none>\n';
const template = {
  metadata: { labels: { app: 'shop' } },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'shop/web:1',
        ports: [{ containerPort: 8080 }],
        env: [
          { name: 'MODE', value: 'live' },
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 'door', key: 'k' } } },
        ],
        volumeMounts: [{ name: 'notes', mountPath: '/notes', readOnly: true }],
      },
    ],
    volumes: [{ name: 'notes', configMap: { name: 'notes', defaultMode: 420 } }],
  },
};

describe('workloads in words', () => {
  it('a deployment, with the tags its containers follow', () => {
    const triggers = [
      {
        from: { kind: 'ImageStreamTag', name: 'web:1' },
        fieldPath: 'spec.template.spec.containers[?(@.name=="web")].image',
        paused: true,
      },
    ];
    const text = describeWorkload(
      {
        kind: 'Deployment',
        metadata: {
          name: 'shop',
          namespace: 'store',
          creationTimestamp: '2031-05-06T11:00:00Z',
          annotations: { 'image.openshift.io/triggers': JSON.stringify(triggers) },
        },
        spec: { replicas: 2, selector: { matchLabels: { app: 'shop' } }, strategy: { type: 'Recreate' }, template },
        status: { updatedReplicas: 1, conditions: [{ type: 'Available', status: 'False', reason: 'TooFew' }] },
      },
      EVENTS,
    );
    expect(text).toContain('Tue, 06 May 2031 11:00:00 +0000\n');
    expect(text).toContain('2 desired | 1 updated | 0 total | 0 available | 0 unavailable\n');
    expect(text).toMatch(/Image Triggers:\n {2}web +from web:1 \(paused\)\n/);
    expect(text).toMatch(/ {2}Containers:\n {3}web:\n {4}Image: +shop\/web:1\n {4}Port: +8080\/TCP\n/);
    expect(text).toMatch(/MODE: +live\n +KEY: +<set to the key 'k' in secret 'door'> +Optional: false\n/);
    expect(text).toContain('/notes from notes (ro)\n');
    expect(text).toMatch(/notes:\n +Type: +ConfigMap\n +Name: +notes\n/);
    expect(text).toMatch(/ {2}Available +False +TooFew/);
    expect(text).toMatch(/Events: +<none>\n$/);
  });

  it('says so when the annotation of triggers cannot be read', () => {
    const annotations = { 'image.openshift.io/triggers': '{' };
    const text = describeWorkload({ kind: 'Deployment', metadata: { annotations }, spec: { template } }, '');
    expect(text).toMatch(/Image Triggers: +<unreadable>\n/);
  });

  it('a pod, with how its containers fare', () => {
    const text = describeWorkload(
      {
        kind: 'Pod',
        metadata: { name: 'one' },
        spec: { serviceAccountName: 'robot', containers: [{ name: 'web', image: 'shop/web:1' }] },
        status: {
          phase: 'Running',
          containerStatuses: [{ name: 'web', ready: true, restartCount: 2, state: { running: {} } }],
        },
      },
      EVENTS,
    );
    expect(text).toMatch(/Service Account: +robot\n/);
    expect(text).toMatch(/State: +Running\n +Ready: +True\n +Restart Count: +2\n/);
    expect(text).not.toContain('Pod Template');
  });

  it('a cron job, with its schedule', () => {
    const spec = { schedule: '0 4 * * *', jobTemplate: { spec: { template } } };
    const text = describeWorkload({ kind: 'CronJob', metadata: { name: 'night' }, spec }, EVENTS);
    expect(text).toMatch(/Schedule: +0 4 \* \* \*\n/);
    expect(text).toMatch(/Pod Template:\n {2}Labels: +app=shop\n/);
  });

  it('a deployment config, with its triggers and its rollouts', () => {
    const rollout = (version: number) => ({
      metadata: {
        name: `shop-${version}`,
        creationTimestamp: '2031-05-06T11:59:00Z',
        annotations: {
          'openshift.io/deployment-config.latest-version': String(version),
          'openshift.io/deployment.phase': 'Complete',
        },
      },
      spec: { replicas: 1 },
    });
    const triggers = [
      { type: 'ConfigChange' },
      { type: 'ImageChange', imageChangeParams: { automatic: true, from: { name: 'web:1' } } },
    ];
    const config = {
      kind: 'DeploymentConfig',
      metadata: { name: 'shop' },
      spec: { replicas: 1, selector: { app: 'shop' }, triggers, template },
      status: { latestVersion: 2, details: { message: 'image change' } },
    };
    const text = describeDeploymentConfig(config, [rollout(2), rollout(1)], EVENTS, NOW);
    expect(text).toMatch(/Triggers:\t+Config, Image\(web:1, auto=true\)\n/);
    expect(text).toMatch(/Last Change:\t+image change\n/);
    expect(text).toMatch(/Deployment #2 \(latest\):\n\tName:\t+shop-2\n\tCreated:\t+About a minute ago\n/);
    expect(text).toContain('Deployment #1:\n');
  });

  it('a build config, but for the secrets of its web hooks', () => {
    const config = {
      kind: 'BuildConfig',
      metadata: {
        name: 'shop',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"secret":"open-sesame"}' },
      },
      spec: {
        triggers: [
          { type: 'GitHub', github: { secret: 'open-sesame' } },
          { type: 'ImageChange', imageChange: {} },
        ],
        source: { git: { uri: 'https://git.example/shop' } },
        strategy: { sourceStrategy: { from: { kind: 'ImageStreamTag', name: 'ruby:3', namespace: 'openshift' } } },
        output: { to: { kind: 'ImageStreamTag', name: 'shop:latest' } },
      },
    };
    const builds = [{ metadata: { name: 'shop-1' }, status: { phase: 'Complete', duration: 2e9 } }];
    const text = describeBuildConfig(config, builds, EVENTS, NOW);
    expect(text).not.toContain('open-sesame');
    expect(text).toMatch(/Strategy:\t+Source\nURL:\t+https:\/\/git.example\/shop\n/);
    expect(text).toMatch(/From Image:\t+ImageStreamTag openshift\/ruby:3\n/);
    expect(text).toMatch(/Triggered by:\t+Image\(openshift\/ruby:3, auto=true\), Webhook\(GitHub\)\n/);
    expect(text).toMatch(/shop-1 +complete +2s/);
  });

  it('a project, with what is used of its quotas', () => {
    const quota = {
      metadata: { name: 'most' },
      spec: { hard: { 'openshift.io/imagestreams': '9' } },
      status: { hard: { 'openshift.io/imagestreams': '9' }, used: { 'openshift.io/imagestreams': '4' } },
    };
    const text = describeProject({ metadata: { name: 'store' }, status: { phase: 'Active' } }, [quota], [], NOW);
    expect(text).toMatch(/Quota:\t+most\n\t+ {2}openshift.io\/imagestreams: 4 of 9\n/);
  });
});

describe('selectors', () => {
  it.each([
    [{ app: 'a', tier: 'b' }, 'app=a,tier=b'],
    [{ matchLabels: { app: 'a' } }, 'app=a'],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'b'] }] }, 'app in (a,b)'],
    [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, '!app'],
  ])('%j reads %s', (selector, text) => {
    expect(selectorText(selector)).toBe(text);
  });
});
