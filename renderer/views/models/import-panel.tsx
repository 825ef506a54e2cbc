/**
 * Importing a model in two steps: look at it on pictures of this site, then take it in as the person decides.
 */
import { useState } from 'react';
import { Button, Loader, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconEye } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ErrorText, useCommand } from '../kit.ts';
import { ProposalForm } from './proposal-form.tsx';

export function ImportPanel() {
  const { t } = useTranslation();
  const proposing = useCommand('model.propose');
  const [path, setPath] = useState('');
  const [wasSubmitted, setSubmitted] = useState(false);
  const isMissing = path.trim() === '';
  const proposal = proposing.data;

  const finish = () => {
    proposing.reset();
    setPath('');
    setSubmitted(false);
  };

  return (
    <section className="tw-import-panel">
      <form
        className="tw-import"
        onSubmit={(event) => {
          event.preventDefault();
          setSubmitted(true);
          if (!isMissing) proposing.mutate({ path: path.trim() });
        }}
      >
        <TextInput
          label={t('models.importLabel')}
          description={t('models.importHint')}
          placeholder={t('models.importExample')}
          className="tw-address"
          spellCheck={false}
          value={path}
          error={wasSubmitted && isMissing ? t('models.needsPath') : null}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <Button
          type="submit"
          size="sm"
          leftSection={<IconEye size={15} />}
          loading={proposing.isPending}
        >
          {t('importModel.look')}
        </Button>
        {proposing.error !== null && <ErrorText error={proposing.error} />}
      </form>
      {proposing.isPending && (
        <p className="tw-import-wait" role="status">
          <Loader size="xs" aria-hidden /> {t('importModel.looking')}
        </p>
      )}
      {proposal !== undefined && (
        <ProposalForm
          key={proposal.fileDigest}
          path={path.trim()}
          proposal={proposal}
          onCancel={finish}
          onImported={(model) => {
            finish();
            notifications.show({ message: t('models.imported', { name: model.card.name }) });
          }}
        />
      )}
    </section>
  );
}
