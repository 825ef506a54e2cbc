/**
 * Backups of the station: make one while it counts, with or without the keys of passwords, and see what is there.
 */
import { useState } from 'react';
import { ActionIcon, Button, PasswordInput, Switch, Table, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArchive, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Backup } from '#contract/backup.ts';
import { confirm, ErrorText, useBackups, useCommand, useFormats } from '../kit.ts';
import { useSizes } from '../privacy/use-sizes.ts';

const leastPassphrase = 12;

export function BackupCard() {
  const { t } = useTranslation();
  const backups = useBackups();
  const making = useCommand('backup.make');
  const [isWithKeys, setWithKeys] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const isRight = !isWithKeys || passphrase.length >= leastPassphrase;
  const error = making.error ?? backups.error;
  return (
    <article className="tw-card">
      <header>
        <h2>{t('system.backups')}</h2>
      </header>
      <form
        className="tw-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isRight) return;
          making.mutate(
            { passphrase: isWithKeys ? passphrase : null },
            {
              onSuccess({ name }) {
                setPassphrase('');
                notifications.show({ message: t('system.backupMade', { name }) });
              },
            },
          );
        }}
      >
        <p className="tw-prose">{t('system.backupHint')}</p>
        <Switch
          label={t('system.withKeys')}
          description={t('system.withKeysHint')}
          checked={isWithKeys}
          onChange={({ currentTarget }) => setWithKeys(currentTarget.checked)}
        />
        {isWithKeys && (
          <PasswordInput
            className="tw-update-passphrase"
            label={t('system.passphrase')}
            description={t('system.passphraseHint', { count: leastPassphrase })}
            autoComplete="new-password"
            value={passphrase}
            onChange={({ currentTarget }) => setPassphrase(currentTarget.value)}
          />
        )}
        {error !== null && <ErrorText error={error} />}
        <div className="tw-form-row">
          <Button
            type="submit"
            leftSection={<IconArchive size={15} />}
            disabled={!isRight}
            loading={making.isPending}
          >
            {t('system.makeBackup')}
          </Button>
        </div>
      </form>
      {backups.data !== undefined && backups.data.length > 0 && (
        <BackupTable backups={backups.data} />
      )}
    </article>
  );
}

function BackupTable({ backups }: { readonly backups: readonly Backup[] }) {
  const { t } = useTranslation();
  const { date, time } = useFormats();
  const size = useSizes();
  const removing = useCommand('backup.remove');
  const remove = async (name: string) => {
    const isAgreed = await confirm({
      title: t('system.removeTitle'),
      text: t('system.removeText', { name }),
      confirm: t('common.remove'),
      cancel: t('common.cancel'),
      isDestructive: true,
    });
    if (isAgreed) removing.mutate({ name });
  };
  return (
    <>
      <Table.ScrollContainer minWidth={640}>
        <Table className="tw-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('system.madeAt')}</Table.Th>
              <Table.Th>{t('system.file')}</Table.Th>
              <Table.Th data-number>{t('system.size')}</Table.Th>
              <Table.Th aria-label={t('common.remove')} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {backups.map(({ name, file, bytes, madeAt }) => (
              <Table.Tr key={name}>
                <Table.Td className="tw-nowrap">{`${date(madeAt)} ${time(madeAt)}`}</Table.Td>
                <Table.Td className="tw-mono">{file}</Table.Td>
                <Table.Td data-number>{size(bytes)}</Table.Td>
                <Table.Td data-number>
                  <Tooltip label={t('common.remove')}>
                    <ActionIcon
                      variant="subtle"
                      aria-label={t('system.removeOf', { name })}
                      onClick={() => void remove(name)}
                    >
                      <IconTrash size={17} />
                    </ActionIcon>
                  </Tooltip>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {removing.error !== null && <ErrorText error={removing.error} />}
      <p className="tw-dim">{t('system.copyHint')}</p>
    </>
  );
}
