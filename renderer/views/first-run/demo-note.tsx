/**
 * Says that what is seen is a demonstration, and takes it away with one click.
 */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFlask, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Allowed, ErrorText, useCommand, useDemo } from '../kit.ts';

export function DemoNote() {
  const { t } = useTranslation();
  const demo = useDemo();
  const removing = useCommand('demo.remove');
  const count = demo.data?.cameras.length ?? 0;
  if (count === 0) return null;
  return (
    <section className="tw-demo" aria-label={t('firstRun.demo')}>
      <h2>
        <IconFlask size={16} aria-hidden /> {t('firstRun.demo')}
      </h2>
      <p className="tw-hint">{t('firstRun.demoHint', { count })}</p>
      {removing.error !== null && <ErrorText error={removing.error} />}
      <Allowed to="demo.remove">
        <Button
          variant="default"
          leftSection={<IconTrash size={14} />}
          loading={removing.isPending}
          onClick={() =>
            removing.mutate(
              {},
              { onSuccess: () => notifications.show({ message: t('firstRun.demoRemoved') }) },
            )
          }
        >
          {t('firstRun.demoRemove')}
        </Button>
      </Allowed>
    </section>
  );
}
