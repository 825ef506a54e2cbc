/**
 * Keys with which other programs use this station: making one, seeing its secret once, ending it.
 */
import { useState } from 'react';
import {
  ActionIcon,
  Button,
  CopyButton,
  Modal,
  NumberInput,
  Table,
  TextInput,
} from '@mantine/core';
import { IconCopy, IconKey, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ApiKey, UserRole } from '#contract/account.ts';
import type { StationError } from '#contract/error.ts';
import {
  confirm,
  EmptyState,
  ErrorText,
  FormDialog,
  NotLoaded,
  useCommand,
  useFormats,
  useStation,
} from '../kit.ts';
import { CameraScopeField } from './camera-scope-field.tsx';
import { RoleSelect } from './users-panel.tsx';

const usualDays = 365;

export function KeysPanel() {
  const { t } = useTranslation();
  const { link } = useStation();
  const keys = useQuery<ApiKey[], StationError>({
    queryKey: ['key.list'],
    queryFn: ({ signal }) => link.call('key.list', {}, { signal }),
    refetchOnMount: 'always',
  });
  const [isAdding, setAdding] = useState(false);
  const removing = useCommand('key.remove');
  const remove = async (key: ApiKey) => {
    const isAgreed = await confirm({
      title: t('access.removeKeyTitle', { name: key.name }),
      text: t('access.removeKeyText'),
      confirm: t('common.remove'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (isAgreed) removing.mutate({ id: key.id });
  };
  if (keys.data === undefined) {
    return <NotLoaded query={keys} title={t('access.loadFailed')} />;
  }
  return (
    <div className="tw-models">
      <div className="tw-form-row">
        <Button leftSection={<IconKey size={15} />} onClick={() => setAdding(true)}>
          {t('access.addKey')}
        </Button>
        <a className="tw-link" href="/api/v1/docs" target="_blank" rel="noreferrer">
          {t('access.apiPage')}
        </a>
      </div>
      {removing.error !== null && <ErrorText error={removing.error} />}
      {keys.data.length === 0 ? (
        <EmptyState
          icon={<IconKey size={40} stroke={1.2} />}
          title={t('access.noKeys')}
          hint={t('access.noKeysHint')}
        />
      ) : (
        <KeyTable keys={keys.data} onRemove={(key) => void remove(key)} />
      )}
      {isAdding && <AddKey onClose={() => setAdding(false)} />}
    </div>
  );
}

interface KeyTableProps {
  readonly keys: readonly ApiKey[];
  readonly onRemove: (key: ApiKey) => void;
}

function KeyTable({ keys, onRemove }: KeyTableProps) {
  const { t } = useTranslation();
  const { date, minute } = useFormats();
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('access.keyName')}</Table.Th>
            <Table.Th>{t('access.roleLabel')}</Table.Th>
            <Table.Th>{t('access.cameras')}</Table.Th>
            <Table.Th>{t('access.expiresAt')}</Table.Th>
            <Table.Th>{t('access.usedAt')}</Table.Th>
            <Table.Th data-number>{t('cameras.actions')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td>
                <strong>{key.name}</strong>{' '}
                <span className="tw-dim">{t('access.madeBy', { user: key.createdBy })}</span>
              </Table.Td>
              <Table.Td>{t(`access.role.${key.role}`)}</Table.Td>
              <Table.Td>{key.cameras?.join(', ') ?? t('access.allCameras')}</Table.Td>
              <Table.Td>{date(key.expiresAt)}</Table.Td>
              <Table.Td>
                {key.usedAt === null
                  ? t('access.never')
                  : `${date(key.usedAt)} ${minute(key.usedAt)}`}
              </Table.Td>
              <Table.Td data-number>
                <ActionIcon
                  aria-label={t('access.removeOf', { name: key.name })}
                  onClick={() => onRemove(key)}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function AddKey({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const adding = useCommand('key.add');
  const [name, setName] = useState('');
  const [role, setRole] = useState<UserRole>('viewer');
  const [cameras, setCameras] = useState<string[] | null>(null);
  const [days, setDays] = useState(usualDays);
  if (adding.data !== undefined) {
    return <NewSecret secret={adding.data.secret} onClose={onClose} />;
  }
  return (
    <FormDialog
      title={t('access.addKey')}
      command={adding}
      submit={t('access.addKey')}
      isReady={name.trim() !== ''}
      onSubmit={() => adding.mutate({ name, role, cameras, days })}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label={t('access.keyName')}
        description={t('access.keyNameHint')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <RoleSelect isFull label={t('access.roleLabel')} value={role} onChange={setRole} />
      <CameraScopeField label={t('access.cameras')} value={cameras} onChange={setCameras} />
      <NumberInput
        label={t('access.days')}
        min={1}
        max={3650}
        allowDecimal={false}
        value={days}
        onChange={(value) => setDays(Number(value))}
      />
    </FormDialog>
  );
}

interface NewSecretProps {
  readonly secret: string;
  readonly onClose: () => void;
}

function NewSecret({ secret, onClose }: NewSecretProps) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t('access.addKey')}>
      <div className="tw-form">
        <p>{t('access.secretHint')}</p>
        <code className="tw-secret">{secret}</code>
        <div className="tw-form-foot">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" leftSection={<IconCopy size={15} />} onClick={copy}>
                {copied ? t('access.copied') : t('access.copy')}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{t('common.close')}</Button>
        </div>
      </div>
    </Modal>
  );
}
