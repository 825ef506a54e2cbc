/**
 * Which of the model's classes count, and as what.
 */
import { useState } from 'react';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Label } from '#contract/detection.ts';
import type { ModelCard } from '#contract/model.ts';

interface LabelTableProps {
  readonly card: ModelCard;
  readonly labels: ModelCard['labels'];
  readonly onChange: (labels: ModelCard['labels']) => void;
}

export function LabelTable({ card, labels, onChange }: LabelTableProps) {
  const { t } = useTranslation();
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? card.classes : card.classes.filter((name) => name in card.labels);

  const choose = (name: string, choice: string) => {
    const others = Object.entries(labels).filter(([other]) => other !== name);
    const label = Label.safeParse(choice);
    onChange(Object.fromEntries(label.success ? [...others, [name, label.data]] : others));
  };

  return (
    <fieldset className="tw-labels">
      <legend>{t('importModel.labels')}</legend>
      <p className="tw-dim">{t('importModel.labelsHint')}</p>
      <div className="tw-label-grid">
        {shown.map((name) => (
          <label key={name}>
            <span>{name}</span>
            <select
              value={labels[name] ?? ''}
              onChange={(event) => choose(name, event.currentTarget.value)}
            >
              <option value="">{t('importModel.notCounted')}</option>
              {Label.options.map((label) => (
                <option key={label} value={label}>
                  {t(`label.${label}`)}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      {card.classes.length > shown.length && (
        <Button variant="subtle" size="xs" onClick={() => setShowsAll(true)}>
          {t('importModel.showAll', { count: card.classes.length })}
        </Button>
      )}
    </fieldset>
  );
}
