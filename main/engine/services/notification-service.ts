/**
 * The procedures of channels and notifications. A secret goes in and never comes out.
 */
import { builtInChannels } from '#contract/alert.ts';
import { includesRole } from '#contract/access.ts';
import { StationError } from '#contract/error.ts';
import {
  type Channel,
  type ChannelDefinition,
  type ChannelKind,
  type ChannelSettings,
  WebAddress,
} from '#contract/notification.ts';
import type { OpenChannel } from '#engine/notify/channel-secrets.ts';
import type { Notifier } from '#engine/notify/notifier.ts';
import type { Clock } from '#engine/base/clock.ts';
import type { Caller, Handlers } from '#engine/router.ts';
import type { Store } from '#engine/store/store.ts';
import { freeId } from './free-id.ts';

export interface NotificationServiceDeps {
  readonly notifier: Notifier;
  readonly store: Pick<Store, 'notifications' | 'channels'>;
  readonly clock: Clock;
}

type NotificationHandlers = Pick<
  Handlers,
  'channel.list' | 'channel.save' | 'channel.remove' | 'channel.test' | 'notification.list'
>;

const mostChannels = 50;

/** What may not be missing, and how it is called in a refusal. */
const neededSecret: Partial<Record<ChannelKind, string>> = {
  slack: 'the webhook address of Slack',
  pagerduty: 'the routing key of PagerDuty',
};

export function createNotificationService({
  notifier,
  store,
  clock,
}: NotificationServiceDeps): NotificationHandlers {
  async function listed(caller: Caller): Promise<Channel[]> {
    const [counts, stored] = await Promise.all([
      store.notifications.counts(),
      store.channels.list(),
    ]);
    return notifier.channels().map(({ definition, secret, lost }) => {
      const { id } = definition;
      return {
        ...definition,
        settings: shownSettings(definition.settings, caller),
        hasSecret: secret !== '' || lost !== null,
        state: notifier.state(id),
        waiting: counts.find(({ channelId }) => channelId === id)?.waiting ?? 0,
        dropped: stored.find((row) => row.definition.id === id)?.dropped ?? 0,
      };
    });
  }

  return {
    'channel.list': (_input, { caller }) => listed(caller),
    'channel.save': async (draft, { caller }) => {
      const known = notifier.channels();
      const before = known.find(({ definition }) => definition.id === draft.id) ?? null;
      if (before === null && known.length >= mostChannels) {
        throw new StationError(
          'REQ_003',
          `There are ${String(mostChannels)} channels already. Remove one first.`,
        );
      }
      const { name, settings, isEnabled, language, minSeverity } = draft;
      const secret = secretOf(draft, before);
      if (builtInChannels.some((id) => id === draft.id)) {
        throw new StationError(
          'REQ_003',
          `"${draft.id ?? ''}" is a channel that every station has. Choose another id.`,
          {
            path: 'id',
          },
        );
      }
      const taken = [...builtInChannels, ...known.map(({ definition }) => definition.id)];
      const id = draft.id ?? freeId(name, taken);
      const definition: ChannelDefinition = {
        ...{ id, name, settings, isEnabled, language, minSeverity },
      };
      await notifier.save(definition, secret);
      const saved = (await listed(caller)).find((channel) => channel.id === id);
      if (saved === undefined) {
        throw new StationError('REQ_002', `The channel "${id}" was removed meanwhile.`);
      }
      return saved;
    },
    'channel.remove': async ({ id }) => {
      await notifier.remove(id);
      return {};
    },
    'channel.test': async ({ id }) => {
      const from = clock.monotonicMs();
      await notifier.test(id);
      return { tookMs: Math.round(clock.monotonicMs() - from) };
    },
    'notification.list': (query) => store.notifications.list(query),
  };
}

/**
 * The secret that a channel has after it is saved: the one given, else the one it had. One that was entered for a receiver
 * is not sent to another one: who may change an address must not get at it.
 * @throws StationError REQ_001 when it is missing or wrong
 */
function secretOf(
  { settings, secret }: { settings: ChannelSettings; secret?: string | undefined },
  before: OpenChannel | null,
): string {
  if (secret === undefined && before !== null && before.secret !== '') {
    if (receiverOf(before.definition.settings) !== receiverOf(settings)) {
      throw wrongSecret('Enter the secret again: the channel goes to another receiver now');
    }
  }
  if (secret === undefined && before?.lost != null) {
    throw wrongSecret('Enter the secret again: the one that is set cannot be read any more');
  }
  const text = secret ?? before?.secret ?? '';
  const needed = neededSecret[settings.kind];
  if (text === '' && needed !== undefined) throw wrongSecret(`Enter ${needed}`);
  if (settings.kind === 'slack') {
    const address = WebAddress.safeParse(text);
    if (!address.success) {
      throw wrongSecret(
        `The webhook address of Slack is wrong: enter ${address.error.issues[0]?.message ?? 'it again'}`,
      );
    }
  }
  return text;
}

function wrongSecret(what: string): StationError {
  return new StationError('REQ_001', `${what}.`, { path: 'secret' });
}

/** Kind, and host with its port, that a secret is given to. */
function receiverOf(settings: ChannelSettings): string {
  switch (settings.kind) {
    case 'smtp':
      return `smtp ${settings.host}:${String(settings.port)} ${settings.tls} ${settings.user}`;
    case 'slack':
      return 'slack';
    case 'pagerduty':
      return `pagerduty ${new URL(settings.apiUrl).origin}`;
    case 'webhook':
      return `webhook ${new URL(settings.url).origin}`;
    case 'mqtt': {
      const { protocol, host } = new URL(settings.url);
      return `mqtt ${protocol} ${host} ${settings.user}`;
    }
  }
}

/** Path and query of a webhook may be a key: only those who may change it see them. */
function shownSettings(settings: ChannelSettings, { role }: Caller): ChannelSettings {
  if (settings.kind !== 'webhook' || includesRole(role, 'admin')) return settings;
  return { ...settings, url: `${new URL(settings.url).origin}/` };
}
