/**
 * The users of this station: adding, changing, switching off, a new password, removing.
 */
import { useState } from 'react';
import { ActionIcon, Button, Select, Switch, Table, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconKey, IconTrash, IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { UserRole, type User } from '#contract/account.ts';
import type { StationError } from '#contract/error.ts';
import {
  confirm,
  ErrorText,
  FormDialog,
  NotLoaded,
  useCommand,
  useFormats,
  useStation,
} from '../kit.ts';
import { CameraScopeField } from './camera-scope-field.tsx';
import { isNewPassword, NewPasswordField } from './new-password-field.tsx';

export function UsersPanel({ self }: { readonly self: string | null }) {
  const { t } = useTranslation();
  const { link } = useStation();
  const users = useQuery<User[], StationError>({
    queryKey: ['user.list'],
    queryFn: ({ signal }) => link.call('user.list', {}, { signal }),
    refetchOnMount: 'always',
  });
  const [isAdding, setAdding] = useState(false);
  const [renewed, setRenewed] = useState<User | null>(null);
  const updating = useCommand('user.update');
  const removing = useCommand('user.remove');
  const error = updating.error ?? removing.error;

  const remove = async (user: User) => {
    const isAgreed = await confirm({
      title: t('access.removeUserTitle', { name: user.name }),
      text: t('access.removeUserText', { name: user.name }),
      confirm: t('common.remove'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (isAgreed) removing.mutate({ id: user.id });
  };

  if (users.data === undefined) {
    return <NotLoaded query={users} title={t('access.loadFailed')} />;
  }
  return (
    <div className="tw-models">
      <div className="tw-form-row">
        <Button leftSection={<IconUserPlus size={15} />} onClick={() => setAdding(true)}>
          {t('access.addUser')}
        </Button>
      </div>
      {error !== null && <ErrorText error={error} />}
      <Table.ScrollContainer minWidth={720}>
        <Table className="tw-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('access.user')}</Table.Th>
              <Table.Th>{t('access.roleLabel')}</Table.Th>
              <Table.Th>{t('access.cameras')}</Table.Th>
              <Table.Th>{t('access.signedInAt')}</Table.Th>
              <Table.Th data-number>{t('cameras.actions')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {users.data.map((user) => (
              <UserRow
                key={user.id}
                user={user}
                isSelf={user.id === self}
                onChange={(change) => updating.mutate({ id: user.id, ...change })}
                onRenew={() => setRenewed(user)}
                onRemove={() => void remove(user)}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {isAdding && <AddUser onClose={() => setAdding(false)} />}
      {renewed !== null && <RenewPassword user={renewed} onClose={() => setRenewed(null)} />}
    </div>
  );
}

interface UserRowProps {
  readonly user: User;
  readonly isSelf: boolean;
  readonly onChange: (change: Partial<Pick<User, 'role' | 'cameras' | 'isEnabled'>>) => void;
  readonly onRenew: () => void;
  readonly onRemove: () => void;
}

function UserRow({ user, isSelf, onChange, onRenew, onRemove }: UserRowProps) {
  const { t } = useTranslation();
  const { date, minute } = useFormats();
  const { name, signedInAt } = user;
  return (
    <Table.Tr>
      <Table.Td>
        <strong>{name}</strong> {name !== user.id && <span className="tw-dim">{user.id}</span>}
      </Table.Td>
      <Table.Td>
        <RoleSelect
          label={t('access.roleOf', { name })}
          value={user.role}
          isDisabled={isSelf}
          onChange={(role) => onChange({ role })}
        />
      </Table.Td>
      <Table.Td>
        <CameraScopeField
          label={t('access.camerasOf', { name })}
          value={user.cameras}
          onChange={(cameras) => onChange({ cameras })}
          isBare
        />
      </Table.Td>
      <Table.Td>
        {signedInAt === null ? t('access.never') : `${date(signedInAt)} ${minute(signedInAt)}`}
      </Table.Td>
      <Table.Td data-number>
        <span className="tw-actions">
          <Switch
            size="xs"
            aria-label={t('access.enabled', { name })}
            checked={user.isEnabled}
            disabled={isSelf}
            onChange={(event) => onChange({ isEnabled: event.currentTarget.checked })}
          />
          <ActionIcon aria-label={t('access.renewOf', { name })} onClick={onRenew}>
            <IconKey size={16} />
          </ActionIcon>
          <ActionIcon
            aria-label={t('access.removeOf', { name })}
            disabled={isSelf}
            onClick={onRemove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </span>
      </Table.Td>
    </Table.Tr>
  );
}

interface RoleSelectProps {
  readonly label: string;
  readonly value: UserRole;
  readonly onChange: (role: UserRole) => void;
  readonly isDisabled?: boolean;
  /** Whether the label is shown, with what the role may do */
  readonly isFull?: boolean;
}

export function RoleSelect({ label, value, onChange, isDisabled, isFull }: RoleSelectProps) {
  const { t } = useTranslation();
  return (
    <Select
      {...(isFull === true
        ? { label, description: t(`access.roleHint.${value}`) }
        : { 'aria-label': label, size: 'xs' as const })}
      data={UserRole.options.map((role) => ({ value: role, label: t(`access.role.${role}`) }))}
      value={value}
      disabled={isDisabled ?? false}
      allowDeselect={false}
      onChange={(role) => {
        const parsed = UserRole.safeParse(role);
        if (parsed.success) onChange(parsed.data);
      }}
    />
  );
}

function AddUser({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const adding = useCommand('user.add');
  const [id, setId] = useState('');
  const [role, setRole] = useState<UserRole>('viewer');
  const [password, setPassword] = useState('');
  const [cameras, setCameras] = useState<string[] | null>(null);
  return (
    <FormDialog
      title={t('access.addUser')}
      command={adding}
      submit={t('access.addUser')}
      isReady={id.trim() !== '' && isNewPassword(password)}
      onSubmit={() => adding.mutate({ id, role, password, cameras }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextInput
        data-autofocus
        label={t('access.user')}
        description={t('access.userHint')}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        value={id}
        onChange={(event) => setId(event.currentTarget.value)}
      />
      <RoleSelect isFull label={t('access.roleLabel')} value={role} onChange={setRole} />
      <CameraScopeField label={t('access.cameras')} value={cameras} onChange={setCameras} />
      <NewPasswordField value={password} onChange={setPassword} />
    </FormDialog>
  );
}

function RenewPassword({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const renewing = useCommand('user.setPassword');
  const [password, setPassword] = useState('');
  return (
    <FormDialog
      title={t('access.renewOf', { name: user.name })}
      command={renewing}
      isReady={isNewPassword(password)}
      onSubmit={() => {
        renewing.mutate(
          { id: user.id, password },
          {
            onSuccess() {
              onClose();
              notifications.show({ message: t('access.renewed', { name: user.name }) });
            },
          },
        );
      }}
      onClose={onClose}
    >
      <NewPasswordField value={password} onChange={setPassword} />
    </FormDialog>
  );
}
