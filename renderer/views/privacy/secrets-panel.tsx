/**
 * How passwords are kept: which are sealed with which key, which must be entered again, and a new key for all.
 */
import { Button, Table } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconKey, IconRefresh } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SecretsReport } from '#contract/secrets.ts';
import {
  Allowed,
  confirm,
  EmptyState,
  ErrorText,
  formatRoute,
  NotLoaded,
  useCameras,
  useCommand,
  useSecrets,
} from '../kit.ts';

const tones = { sealed: 'good', plain: 'warning', unreadable: 'bad' } as const;

export function SecretsPanel() {
  const { t } = useTranslation();
  const secrets = useSecrets();
  const rotating = useCommand('secrets.rotate');
  const { data } = secrets;
  if (data === undefined) {
    return <NotLoaded query={secrets} title={t('privacy.loadFailed')} />;
  }
  const rotate = async () => {
    const isAgreed = await confirm({
      title: t('privacy.rotateTitle'),
      text: t('privacy.rotateText'),
      confirm: t('privacy.rotate'),
      cancel: t('common.cancel'),
      isDestructive: false,
    });
    if (!isAgreed) return;
    rotating.mutate({}, { onSuccess: () => notifications.show({ message: t('privacy.rotated') }) });
  };
  return (
    <div className="tw-models">
      <p className="tw-prose">{t('privacy.secretsHint')}</p>
      <p className="tw-prose tw-dim">{t('privacy.oldAudit')}</p>
      <div className="tw-form-row">
        <Allowed to="secrets.rotate">
          <Button
            variant="default"
            leftSection={<IconRefresh size={15} />}
            loading={rotating.isPending}
            onClick={() => void rotate()}
          >
            {t('privacy.rotate')}
          </Button>
        </Allowed>
        <span className="tw-dim">
          {data.keys
            .filter(({ isPresent }) => isPresent)
            .map(({ id, keptBy }) => t(`privacy.key.${keptBy}`, { id }))
            .join(', ')}
        </span>
      </div>
      {rotating.error !== null && <ErrorText error={rotating.error} />}
      {data.secrets.length === 0 ? (
        <EmptyState
          icon={<IconKey size={36} stroke={1.3} />}
          title={t('privacy.noSecrets')}
          hint={t('privacy.noSecretsHint')}
        />
      ) : (
        <SecretsTable secrets={data.secrets} />
      )}
    </div>
  );
}

function SecretsTable({ secrets }: Pick<SecretsReport, 'secrets'>) {
  const { t } = useTranslation();
  const cameras = useCameras().data ?? [];
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table className="tw-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('privacy.secretOf')}</Table.Th>
            <Table.Th>{t('privacy.secretState')}</Table.Th>
            <Table.Th>{t('privacy.secretKey')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {secrets.map(({ place, id, state, keyId }) => (
            <Table.Tr key={`${place} ${id}`}>
              <Table.Td>
                {t(`privacy.place.${place}`)}{' '}
                {place === 'camera' && (
                  <a className="tw-link" href={formatRoute({ task: 'cameras', id })}>
                    {nameOf(id)}
                  </a>
                )}
                {place === 'channel' && (
                  <a className="tw-link" href={formatRoute({ task: 'notifications', id })}>
                    {id}
                  </a>
                )}
              </Table.Td>
              <Table.Td>
                <span className="tw-chip" data-tone={tones[state]}>
                  <i aria-hidden />
                  {t(`privacy.secret.${state}`)}
                </span>
              </Table.Td>
              <Table.Td className="tw-mono">{keyId ?? t('common.none')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
