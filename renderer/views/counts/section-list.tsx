/**
 * Which sections a report has beside its counts.
 */
import { useTranslation } from 'react-i18next';
import { ReportSection } from '#contract/report-section.ts';
import { CheckList } from './check-list.tsx';

interface SectionListProps {
  readonly chosen: readonly ReportSection[];
  readonly onChange: (chosen: ReportSection[]) => void;
}

export function SectionList({ chosen, onChange }: SectionListProps) {
  const { t } = useTranslation();
  return (
    <CheckList
      legend={t('paper.sections')}
      hint={t('paper.sectionsHint')}
      chosen={chosen}
      options={ReportSection.options.map((each) => [each, t(`paper.section.${each}`)])}
      onChange={onChange}
    />
  );
}
