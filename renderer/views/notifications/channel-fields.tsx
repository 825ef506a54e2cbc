/**
 * The fields of each kind of channel, and how they become its settings.
 */
import { Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ChannelKind, ChannelSettings } from '#contract/notification.ts';

/** Everything that can be entered, as text, so that a kind can be changed without losing it. */
export interface Fields {
  readonly host: string;
  readonly port: string;
  readonly tls: 'none' | 'starttls' | 'tls';
  readonly user: string;
  readonly from: string;
  /** Addresses with commas between them */
  readonly to: string;
  readonly apiUrl: string;
  readonly url: string;
  readonly topic: string;
  readonly qos: '0' | '1' | '2';
  readonly isRetained: boolean;
  /** Certificate as PEM text; empty for those that the PC trusts */
  readonly authority: string;
}

const usual: Fields = {
  ...{ host: '', port: '587', tls: 'starttls', user: '', from: '', to: '' },
  ...{ apiUrl: 'https://events.pagerduty.com', url: '' },
  ...{ topic: 'tallywatch/alerts/{severity}/{metric}', qos: '1', isRetained: false },
  authority: '',
};

export function fieldsOf(settings: ChannelSettings | null): Fields {
  switch (settings?.kind) {
    case undefined:
    case 'slack':
      return usual;
    case 'smtp': {
      const { host, port, tls, user, from, to, authority = '' } = settings;
      const addresses = to.join(', ');
      return { ...usual, host, port: String(port), tls, user, from, to: addresses, authority };
    }
    case 'pagerduty':
      return { ...usual, apiUrl: settings.apiUrl };
    case 'webhook':
      return { ...usual, url: settings.url };
    case 'mqtt': {
      const { url, topic, qos, isRetained, user, authority = '' } = settings;
      const texts = { 0: '0', 1: '1', 2: '2' } as const;
      return { ...usual, url, topic, qos: texts[qos], isRetained, user, authority };
    }
  }
}

export function settingsOf(kind: ChannelKind, fields: Fields): ChannelSettings {
  const { host, port, tls, user, from, to, apiUrl, url, topic, qos, isRetained } = fields;
  const authority = fields.authority.trim() === '' ? {} : { authority: fields.authority.trim() };
  switch (kind) {
    case 'smtp': {
      const addresses = to
        .split(/[,;\s]+/)
        .map((address) => address.trim())
        .filter((address) => address !== '');
      return {
        ...{ kind, host, port: Number(port), tls, user, from: from.trim(), to: addresses },
        ...authority,
      };
    }
    case 'slack':
      return { kind };
    case 'pagerduty':
      return { kind, apiUrl: apiUrl.trim() };
    case 'webhook':
      return { kind, url: url.trim() };
    case 'mqtt': {
      const numbers = { '0': 0, '1': 1, '2': 2 } as const;
      return {
        ...{ kind, url: url.trim(), topic: topic.trim(), qos: numbers[qos], isRetained, user },
        ...authority,
      };
    }
  }
}

interface ChannelFieldsProps {
  readonly kind: ChannelKind;
  readonly fields: Fields;
  /** What is wrong with a field; null when nothing is */
  readonly problemOf: (name: TextName) => string | null;
  readonly onChange: (change: Partial<Fields>) => void;
}

export function ChannelFields(props: ChannelFieldsProps) {
  switch (props.kind) {
    case 'smtp':
      return <MailFields {...props} />;
    case 'slack':
      return null;
    case 'pagerduty':
      return <TextField {...props} name="apiUrl" />;
    case 'webhook':
      return <TextField {...props} name="url" />;
    case 'mqtt':
      return <MqttFields {...props} />;
  }
}

function MailFields(props: ChannelFieldsProps) {
  const { t } = useTranslation();
  const { fields, onChange } = props;
  const ports = { none: '25', starttls: '587', tls: '465' } as const;
  return (
    <>
      <TextField {...props} name="host" />
      <div className="tw-channel-row">
        <Select
          label={t('notifications.field.tls')}
          data={(['starttls', 'tls', 'none'] as const).map((value) => ({
            value,
            label: t(`notifications.tls.${value}`),
          }))}
          value={fields.tls}
          allowDeselect={false}
          onChange={(value) => {
            const tls = value === 'tls' || value === 'none' ? value : 'starttls';
            const isUsual = Object.values<string>(ports).includes(fields.port);
            onChange({ tls, ...(isUsual ? { port: ports[tls] } : {}) });
          }}
        />
        <TextField {...props} name="port" />
        <TextField {...props} name="user" />
      </div>
      <TextField {...props} name="from" />
      <TextField {...props} name="to" />
      {fields.tls !== 'none' && <AuthorityField {...props} />}
    </>
  );
}

function MqttFields(props: ChannelFieldsProps) {
  const { t } = useTranslation();
  const { fields, onChange } = props;
  return (
    <>
      <TextField {...props} name="url" words="mqttUrl" />
      <TextField {...props} name="topic" />
      <div className="tw-channel-row">
        <Select
          label={t('notifications.field.qos')}
          data={(['0', '1', '2'] as const).map((value) => ({
            value,
            label: t(`notifications.qos.${value}`),
          }))}
          value={fields.qos}
          allowDeselect={false}
          onChange={(value) => onChange({ qos: value === '0' || value === '2' ? value : '1' })}
        />
        <TextField {...props} name="user" />
      </div>
      <Checkbox
        label={t('notifications.field.isRetained')}
        checked={fields.isRetained}
        onChange={(event) => onChange({ isRetained: event.currentTarget.checked })}
      />
      {/^(?:mqtts|wss):/.test(fields.url) && <AuthorityField {...props} />}
    </>
  );
}

function AuthorityField({ fields, problemOf, onChange }: ChannelFieldsProps) {
  const { t } = useTranslation();
  return (
    <Textarea
      label={t('notifications.field.authority')}
      description={t('notifications.fieldHint.authority')}
      value={fields.authority}
      minRows={2}
      maxRows={8}
      autosize
      spellCheck={false}
      error={problemOf('authority')}
      onChange={(event) => onChange({ authority: event.currentTarget.value })}
    />
  );
}

/** Fields that are text. */
export type TextName = Exclude<keyof Fields, 'tls' | 'qos' | 'isRetained'>;
interface TextFieldProps extends ChannelFieldsProps {
  readonly name: Exclude<TextName, 'authority'>;
  /** Its words, where they are not those of its name */
  readonly words?: 'mqttUrl';
}

function TextField({ name, words: own, fields, problemOf, onChange }: TextFieldProps) {
  const { t } = useTranslation();
  const words = own ?? (name === 'url' ? 'webhookUrl' : name);
  return (
    <TextInput
      label={t(`notifications.field.${words}`)}
      {...(isExplained(words) ? { description: t(`notifications.fieldHint.${words}`) } : {})}
      value={fields[name]}
      spellCheck={false}
      autoCapitalize="none"
      autoComplete="off"
      error={problemOf(name)}
      onChange={(event) => onChange({ [name]: event.currentTarget.value })}
    />
  );
}

/** Fields that are explained below their label. */
const explained = ['host', 'to', 'from', 'apiUrl', 'webhookUrl', 'mqttUrl', 'topic'] as const;

function isExplained(words: string): words is (typeof explained)[number] {
  return explained.some((known) => known === words);
}
