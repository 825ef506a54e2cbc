/**
 * What the station found out about a model, and what the person decides: name, way of preparing pictures, labels.
 */
import { useState } from 'react';
import { Button, TextInput } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Model, ModelCard, Proposal } from '#contract/model.ts';
import { ErrorText, useCommand, useFormats } from '../kit.ts';
import { LabelTable } from './label-table.tsx';
import { VariantPicker } from './variant-picker.tsx';

interface ProposalFormProps {
  readonly path: string;
  readonly proposal: Proposal;
  readonly onCancel: () => void;
  readonly onImported: (model: Model) => void;
}

export function ProposalForm({ path, proposal, onCancel, onImported }: ProposalFormProps) {
  const { t } = useTranslation();
  const importing = useCommand('model.import');
  const { card } = proposal;
  const [name, setName] = useState(card.name);
  const [version, setVersion] = useState('');
  const [labels, setLabels] = useState<ModelCard['labels']>(card.labels);
  const [preprocess, setPreprocess] = useState(
    (proposal.isDoubtful ? proposal.variants[0]?.preprocess : undefined) ?? card.preprocess,
  );
  return (
    <form
      className="tw-card tw-proposal"
      onSubmit={(event) => {
        event.preventDefault();
        importing.mutate(
          {
            path,
            fileDigest: proposal.fileDigest,
            name: name.trim(),
            labels,
            preprocess,
            ...(version.trim() === '' ? {} : { version: version.trim() }),
          },
          { onSuccess: onImported },
        );
      }}
    >
      <Facts proposal={proposal} />
      <VariantPicker proposal={proposal} chosen={preprocess} onChoose={setPreprocess} />
      <LabelTable card={card} labels={labels} onChange={setLabels} />
      <div className="tw-proposal-names">
        <TextInput
          label={t('importModel.name')}
          value={name}
          spellCheck={false}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t('importModel.version')}
          description={t('importModel.versionHint')}
          placeholder={card.version}
          value={version}
          onChange={(event) => setVersion(event.currentTarget.value)}
        />
      </div>
      {importing.error !== null && <ErrorText error={importing.error} />}
      <div className="tw-form-foot">
        <Button
          type="submit"
          leftSection={<IconFileImport size={15} />}
          loading={importing.isPending}
        >
          {t('models.import')}
        </Button>
        <Button variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
        {importing.isPending && <span className="tw-dim">{t('models.importing')}</span>}
      </div>
    </form>
  );
}

function Facts({ proposal }: { readonly proposal: Proposal }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const { card, known } = proposal;
  return (
    <>
      <header>
        <h2>{card.name}</h2>
        <span className="tw-dim">{proposal.origin.where}</span>
      </header>
      {known !== null && (
        <p data-tone="warning">
          {t('importModel.known', { name: known.name, version: known.version })}
        </p>
      )}
      <dl className="tw-facts" data-wide>
        <dt>{t('models.head')}</dt>
        <dd>{card.head}</dd>
        <dt>{t('models.input')}</dt>
        <dd>{t('common.pixels', card.input)}</dd>
        <dt>{t('importModel.evidence')}</dt>
        <dd>{proposal.evidence}</dd>
        <dt>{t('importModel.time')}</dt>
        <dd>{t('common.ms', { value: number(proposal.inferMs, 1) })}</dd>
        <dt>{t('models.file')}</dt>
        <dd>{t('common.megabytes', { value: number(proposal.bytes / 1e6, 1) })}</dd>
        <dt>{t('models.licence')}</dt>
        <dd>{card.licence}</dd>
      </dl>
    </>
  );
}
